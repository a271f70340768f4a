package io.millrace.operator.bench;

import io.millrace.operator.client.QueueAdmin;
import io.millrace.operator.fixture.Harness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;

/** The broker of this checkout, with both protocols, in a process of its own; guest is its administrator. */
final class BrokerProcess implements AutoCloseable {

    /** What it prints in front of its addresses. */
    private static final String READY = "ready";

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Process process;
    private final int kafka;
    private final int http;

    private BrokerProcess(Process process, int kafka, int http) {
        this.process = process;
        this.kafka = kafka;
        this.http = http;
    }

    /** Starts it and returns when it serves. */
    static BrokerProcess start(String classPath) throws IOException {
        var log = Files.createTempFile("millrace-broker", ".log");
        int kafka = freePort();
        int http = freePort();
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1500m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath,
                        "io.millrace.broker.launcher.Main",
                        "standalone",
                        "--kafka-port=" + kafka,
                        "--amqp-port=" + freePort(),
                        "--http-port=" + http,
                        // Indexes of the usual 10 MB for each of ten thousand topics would fill the disk.
                        "--kafka-setting=log.index.size.max.bytes=262144")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var started = new BrokerProcess(process, kafka, http);
        try {
            Harness.await()
                    .atMost(PATIENCE)
                    .until(() -> !process.isAlive() || Files.readString(log).contains(READY));
        } catch (ConditionTimeoutException e) {
            started.close();
            throw new IOException(Files.readString(log), e);
        }
        if (!process.isAlive()) {
            throw new IOException(Files.readString(log));
        }
        return started;
    }

    /** Returns its Kafka address. */
    String bootstrap() {
        return "localhost:" + kafka;
    }

    /** Returns a client of its management API. */
    QueueAdmin queues() {
        return new QueueAdmin(URI.create("http://localhost:" + http), "guest", "guest");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
