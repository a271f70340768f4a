package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class NodeRackTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final NodeRack.Patience NONE = new NodeRack.Patience(Duration.ZERO, Duration.ZERO);

    private Path folder = Path.of("");
    private Path mounted = Path.of("");

    @BeforeEach
    void mountThePod(@TempDir Path into) throws IOException {
        folder = into;
        mounted = Files.createDirectory(folder.resolve("pod"));
        says(NodeRack.TOPOLOGY, "");
        says(NodeRack.RACK, "");
    }

    @Test
    void theLabelOfThePodNeedsNoOperator() throws Exception {
        says(NodeRack.TOPOLOGY, "zone-a");
        says(NodeRack.RACK, "zone-b");

        assertThat(rack(NONE)).contains("zone-a");
    }

    @Test
    void waitsForTheOperator() throws Exception {
        var waiting = new CompletableFuture<Optional<String>>();
        Thread.ofVirtual().start(() -> {
            try {
                waiting.complete(rack(new NodeRack.Patience(LONG, LONG)));
            } catch (Exception e) {
                waiting.completeExceptionally(e);
            }
        });

        says(NodeRack.RACK, "zone-b");

        assertThat(waiting.get(10, TimeUnit.SECONDS)).contains("zone-b");
    }

    @Test
    void aNodeInNoRackIsSaidToBeSoAndDoesNotWait() throws Exception {
        says(NodeRack.RACK, "-");

        assertThat(rack(new NodeRack.Patience(LONG, LONG))).isEmpty();
    }

    @Test
    void aPodThatCannotBeToldDoesNotWait() throws Exception {
        var nowhere = new NodeRack(folder.resolve("none"), folder, new NodeRack.Patience(LONG, LONG));

        assertThat(nowhere.await()).isEmpty();
    }

    @Test
    void whatWasSaidLastHoldsWhenNobodySaysAnything() throws Exception {
        says(NodeRack.RACK, "zone-b");
        rack(NONE);
        says(NodeRack.RACK, "");

        try (var log = new CapturedLog(NodeRack.class.getName(), Level.INFO)) {
            assertThat(rack(new NodeRack.Patience(LONG, Duration.ZERO))).contains("zone-b");
            assertThat(log.lines()).last().asString().contains("WARN nobody says", "zone-b");
        }
    }

    @Test
    void aPodOnANodeInAnotherRackIsInThatOne() throws Exception {
        says(NodeRack.RACK, "zone-b");
        rack(NONE);
        says(NodeRack.RACK, "zone-c");

        assertThat(rack(NONE)).contains("zone-c");
    }

    @Test
    void theFirstTimeItGoesOnWithoutARack() throws Exception {
        assertThat(rack(NONE)).isEmpty();
        assertThat(folder.resolve("disk/rack")).doesNotExist();
    }

    @Test
    void knowsAllFilesOfTheSeam() throws Exception {
        assertThat(SeamTable.keys("### `pod/`")).containsExactlyInAnyOrder(NodeRack.TOPOLOGY, NodeRack.RACK);
    }

    private Optional<String> rack(NodeRack.Patience patience) throws IOException, InterruptedException {
        return new NodeRack(mounted, folder.resolve("disk"), patience).await();
    }

    private void says(String file, String line) throws IOException {
        Files.writeString(mounted.resolve(file), line);
    }
}
