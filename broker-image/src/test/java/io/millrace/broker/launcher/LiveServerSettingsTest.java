package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.millrace.broker.server.CertificateLogin;
import io.millrace.broker.server.ServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveServerSettingsTest {
    private static final ServerSettings BEGIN =
            new ServerSettings(Duration.ofMinutes(30), 0.8, 1, 0.1, CertificateLogin.DISTINGUISHED_NAME);

    private Path file = Path.of("");
    private int writes;

    @BeforeEach
    void place(@TempDir Path folder) {
        file = folder.resolve("queues.properties");
    }

    @Test
    void whatIsLiveChangesWithTheFileAndAllElseStays() throws IOException {
        try (var settings = new LiveServerSettings(file, BEGIN)) {
            write("consumer.timeout.ms=1500", "memory.high.watermark=0.4", "disk.free.limit.bytes=7", "fetchers=9");
            settings.look();

            assertThat(settings.get())
                    .isEqualTo(new ServerSettings(
                            Duration.ofMillis(1500), 0.4, 7, 0.1, CertificateLogin.DISTINGUISHED_NAME));

            write();
            settings.look();

            assertThat(settings.get().consumerTimeout()).hasMinutes(30);
        }
    }

    @Test
    void aWrongFileIsToldOfOnceAndTheLastGoodOneStays() throws IOException {
        try (var settings = new LiveServerSettings(file, BEGIN);
                var log = new CapturedLog(LiveServerSettings.class.getName(), Level.INFO)) {
            write("memory.high.watermark=0.4");
            settings.look();
            write("memory.high.watermark=80");
            settings.look();
            settings.look();

            assertThat(settings.get().memoryHighWatermark()).isEqualTo(0.4);
            assertThat(log.lines())
                    .filteredOn(line -> line.startsWith("WARN"))
                    .singleElement()
                    .asString()
                    .contains("memory.high.watermark is '80'");

            Files.delete(file);
            settings.look();
            write("memory.high.watermark=0.5");
            settings.look();

            assertThat(settings.get().memoryHighWatermark()).isEqualTo(0.5);
        }
    }

    private void write(String... settings) throws IOException {
        var text = new StringBuilder("millrace.cluster=orders\nmillrace.bootstrap=a:9091\n");
        for (var setting : settings) {
            text.append(QueuesSettings.OPTIONS).append(setting).append('\n');
        }
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000L * ++writes));
    }
}
