package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LinkClientTest {
    private static final int SEVERAL_RECONNECTS_MS = 700;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final CountDownLatch broken = new CountDownLatch(3);
    private final CountDownLatch died = new CountDownLatch(1);

    @AfterEach
    void endLoop() {
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private LinkClient client(int port) {
        var peers = Map.of("pod-1", new LinkSettings.Address("127.0.0.1", port));
        return new LinkClient(
                "pod-0",
                "pod-1",
                new LinkSettings("127.0.0.1", 0, peers, Optional.empty()),
                loop,
                new LinkClient.Listener() {
                    @Override
                    public void received(LinkMessage message) {}

                    @Override
                    public void broken() {
                        broken.countDown();
                    }

                    @Override
                    public void restored() {}

                    @Override
                    public void died() {
                        died.countDown();
                    }
                });
    }

    @Test
    void aPodThatComesLateGetsOneLinkHoweverMuchWaitsForIt() throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var client = client(port);
        while (!broken.await(10, TimeUnit.MILLISECONDS)) {
            client.send(new LinkMessage.Applied(1));
        }

        try (var server = new ServerSocket(port, 10, InetAddress.getLoopbackAddress())) {
            server.accept();
            server.setSoTimeout(SEVERAL_RECONNECTS_MS);
            assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
        } finally {
            client.close();
        }
    }

    /** As a proxy does whose pod is gone, or a pod with which TLS fails: a try costs a context and a handshake on an event loop that has clients to serve. */
    @Test
    void aPodThatHangsUpAtOnceIsTriedAgainAfterAPause() throws Exception {
        try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            var client = client(server.getLocalPort());
            client.send(new LinkMessage.Applied(1));
            int tries = 0;
            for (long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SEVERAL_RECONNECTS_MS);
                    System.nanoTime() < end;
                    tries++) {
                server.accept().close();
            }
            client.close();

            assertThat(tries).isBetween(2, 6);
        }
    }

    @Test
    void aPodWhoseLinkIsRefusedAfterItBrokeHasDied() throws Exception {
        LinkClient client;
        try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            client = client(server.getLocalPort());
            client.send(new LinkMessage.Applied(1));
            try (var link = server.accept()) {
                assertThat(link.getInputStream().read()).isNotNegative(); // it is up
            }
        }

        assertThat(died.await(10, TimeUnit.SECONDS)).isTrue();
        client.close();
    }

    @Test
    void aPodThatWasNeverThereHasNotDied() throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var client = client(port);

        client.send(new LinkMessage.Applied(1));

        assertThat(broken.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(died.getCount()).isEqualTo(1);
        client.close();
    }
}
