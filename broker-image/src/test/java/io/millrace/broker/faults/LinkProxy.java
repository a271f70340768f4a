package io.millrace.broker.faults;

import static org.awaitility.Awaitility.await;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The only way of one pod to another's port: it can be cut, or held up, and mended. */
final class LinkProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private static final Duration LOOK = Duration.ofMillis(20);

    private final InetSocketAddress address;
    private final InetSocketAddress target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile ServerSocket listener;
    private final AtomicInteger heldUp = new AtomicInteger();
    private volatile boolean cut;
    private volatile boolean held;
    private volatile boolean closed;

    LinkProxy(String address, int port, String target) throws IOException {
        this.target = new InetSocketAddress(target, port);
        this.address = new InetSocketAddress(InetAddress.getByName(address), port);
        listener = listen();
        Thread.ofVirtual().start(this::run);
    }

    private ServerSocket listen() throws IOException {
        var socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(address);
        return socket;
    }

    /** Refuses connections for as long as the target does. */
    private void run() {
        try {
            while (!closed) {
                accept();
                await("the target")
                        .forever()
                        .pollDelay(Duration.ZERO)
                        .pollInterval(LOOK)
                        .pollInSameThread()
                        .until(() -> closed || isTargetThere());
                if (!closed) {
                    listener = listen();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isTargetThere() {
        try (var probe = new Socket()) {
            probe.connect(target);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends every connection, and every new one at once. */
    void cut() {
        cut = true;
        var doomed = Set.copyOf(open);
        doomed.forEach(LinkProxy::end);
        ended.addAndGet(doomed.size() / 2);
    }

    /** Lets nothing through any more and ends nothing: who is there does not answer. */
    void hold() {
        held = true;
    }

    void mend() {
        cut = false;
        held = false;
    }

    /** Connections that {@link #cut} has ended. */
    int ended() {
        return ended.get();
    }

    /** Connections that were tried while it was cut. */
    int refused() {
        return refused.get();
    }

    /** How often something was sent that {@link #hold} has held up. */
    int heldUp() {
        return heldUp.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var client = listener.accept();
                if (cut) {
                    refused.incrementAndGet();
                    end(client);
                } else {
                    Thread.ofVirtual().start(() -> forward(client));
                }
            } catch (IOException e) {
                return; // it was closed
            }
        }
    }

    private void forward(Socket client) {
        try (client;
                var server = new Socket()) {
            server.connect(target);
            server.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
            open.add(client);
            open.add(server);
            var back = Thread.ofVirtual().start(() -> pump(server, client));
            pump(client, server);
            back.join();
            if (!isTargetThere()) { // and neither shall this be
                end(listener);
            }
        } catch (ConnectException e) {
            end(listener);
        } catch (IOException e) {
            // the client sees its connection end
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    private void pump(Socket from, Socket to) {
        try {
            var buffer = new byte[BUFFER_BYTES];
            var in = from.getInputStream();
            var out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                awaitMended();
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // one end is gone, and so is the other
        }
        open.remove(from);
        open.remove(to);
        end(from);
        end(to);
    }

    private void awaitMended() {
        if (held) {
            heldUp.incrementAndGet();
        }
        while (held && !closed) {
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static void end(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        listener.close();
        Set.copyOf(open).forEach(LinkProxy::end);
    }
}
