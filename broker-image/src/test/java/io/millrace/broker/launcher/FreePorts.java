package io.millrace.broker.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports nobody listens on, each given once, from below those that systems give to outgoing connections: none of those takes one before it is used. Tests that run at the
 * same time in other processes are given others.
 */
public final class FreePorts {
    private static final int FIRST = 15_000;
    private static final int BLOCKS = 20;
    private static final int COUNT = 750;
    private static final Block OURS = Block.take();
    private static final AtomicInteger LAST = new AtomicInteger();

    private FreePorts() {}

    public static int next() throws IOException {
        for (int tried = 0; tried < COUNT; tried++) {
            int port = OURS.first() + Math.floorMod(LAST.incrementAndGet(), COUNT);
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // somebody's
            }
        }
        throw new IOException("no port is free");
    }

    /**
     * What a process has for itself as long as it lives.
     *
     * @param lock open, or the block would be anybody's
     */
    private record Block(int first, FileChannel lock) {
        static Block take() {
            try {
                var folder = Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir"), "millrace-ports"));
                int begin = ThreadLocalRandom.current().nextInt(BLOCKS);
                for (int i = 0; i < BLOCKS; i++) {
                    int number = (begin + i) % BLOCKS;
                    var lock = FileChannel.open(
                            folder.resolve(Integer.toString(number)),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
                    if (lock.tryLock() != null) {
                        return new Block(FIRST + number * COUNT, lock);
                    }
                    lock.close();
                }
                throw new IOException("all ports for tests are taken");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
