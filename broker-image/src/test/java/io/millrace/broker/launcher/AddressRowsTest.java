package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class AddressRowsTest {
    private static final ClientListener OUT =
            new ClientListener("out", 9094, ClientListener.Type.NODEPORT, false, ClientListener.Authentication.NONE);
    private static final ClientListener INSIDE =
            new ClientListener("in", 9092, ClientListener.Type.INTERNAL, false, ClientListener.Authentication.NONE);

    @Test
    void putsTheNodesAddressIntoARow(@TempDir Path folder) throws Exception {
        var mounted = Files.createDirectory(folder.resolve("mounted"));
        Files.writeString(mounted.resolve("out.1"), "node-ip:31001\n");
        var rows = new AddressRows(mounted, folder.resolve("kept"), "198.18.255.11");

        assertThat(rows.await(1, List.of(OUT, INSIDE))).isEqualTo(Map.of("out", "198.18.255.11:31001"));
    }

    @Test
    void aRowOnceSeenIsKept(@TempDir Path folder) throws Exception {
        var mounted = Files.createDirectory(folder.resolve("mounted"));
        var row = Files.writeString(mounted.resolve("out.1"), "lb.example:9094");
        var rows = new AddressRows(mounted, folder.resolve("kept"), "10.0.0.1");
        rows.await(1, List.of(OUT));
        Files.delete(row);

        assertThat(rows.await(1, List.of(OUT))).isEqualTo(Map.of("out", "lb.example:9094"));
    }

    @Test
    void waitsForARowThatIsNotThereYet(@TempDir Path folder) throws Exception {
        var mounted = Files.createDirectory(folder.resolve("mounted"));
        var rows = new AddressRows(mounted, folder.resolve("kept"), "10.0.0.1");
        var waiting = new CompletableFuture<Map<String, String>>();
        Thread.ofVirtual().start(() -> {
            try {
                waiting.complete(rows.await(1, List.of(OUT)));
            } catch (Exception e) {
                waiting.completeExceptionally(e);
            }
        });

        Files.writeString(mounted.resolve("out.1"), "lb.example:9094");

        assertThat(waiting.get(10, TimeUnit.SECONDS)).containsEntry("out", "lb.example:9094");
    }
}
