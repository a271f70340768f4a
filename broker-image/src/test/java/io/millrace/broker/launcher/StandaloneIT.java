package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StandaloneIT {
    @Test
    void saysWhenItServesAndLeavesNothingBehindOnSigterm(@TempDir Path temporary) throws Exception {
        var process = standalone(temporary);
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).startsWith("ready");

            process.destroy();

            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(temporary).isEmptyDirectory();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void namesThePortThatIsTakenAndTheOptionForAnother() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var err = new StringWriter();
            var commandLine = Main.commandLine(settings -> {
                throw new AssertionError("must not get that far");
            });
            commandLine.setErr(new PrintWriter(err));

            var exit = commandLine.execute("standalone", "--kafka-port", Integer.toString(taken.getLocalPort()));

            assertThat(exit).isEqualTo(2);
            assertThat(err.toString()).contains(Integer.toString(taken.getLocalPort()), "--kafka-port");
        }
    }

    @Test
    void namesTheFileThatItCannotUseBeforeAnythingStarts(@TempDir Path folder) {
        var err = new StringWriter();
        var commandLine = Main.commandLine(settings -> {
            throw new AssertionError("must not get that far");
        });
        commandLine.setErr(new PrintWriter(err));
        var missing = folder.resolve("missing.crt").toString();

        var exit = commandLine.execute(
                "standalone",
                "--data=" + folder,
                "--amqp-tls-certificate=" + missing,
                "--amqp-tls-key=" + folder.resolve("missing.key"));

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).contains("cannot serve AMQP with TLS: there is no file " + missing);
    }

    private static Process standalone(Path temporary) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Files.createDirectories(temporary);
        return new ProcessBuilder(
                        java,
                        "-Xmx256m",
                        "-Djava.io.tmpdir=" + temporary,
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "standalone",
                        "--kafka-port=" + FreePorts.next(),
                        "--amqp-port=" + FreePorts.next(),
                        "--http-port=" + FreePorts.next())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
