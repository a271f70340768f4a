package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.launcher.KafkaStorage.Founding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.kafka.server.common.MetadataVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuorumTest {
    private static final String CONTROLLERS = "0@orders-broker-0.orders-nodes.shop.svc:9090:AAAAAAAAAAAAAAAAAAAAAQ";

    @Test
    void anEmptyDiskFoundsAClusterThatIsNotBorn() {
        var formatting = quorum(false).formatting(Optional.empty());

        assertThat(formatting).isEqualTo(new Quorum.Formatting.Found(CONTROLLERS, Optional.empty()));
    }

    @Test
    void aClusterIsFoundedWithTheLevelsThatAreAskedFor(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("cluster.id"), "id");
        Files.writeString(folder.resolve("initial.controllers"), CONTROLLERS);
        Files.writeString(folder.resolve("born"), "false");
        assertThat(Quorum.read(folder).formatting(Optional.empty()))
                .isEqualTo(new Quorum.Formatting.Found(CONTROLLERS, Optional.empty()));

        Files.writeString(folder.resolve("metadata.version"), "4.2-IV1\n");

        assertThat(Quorum.read(folder).formatting(Optional.empty()))
                .isEqualTo(new Quorum.Formatting.Found(CONTROLLERS, Optional.of("4.2-IV1")));
    }

    @Test
    void levelsThatThisKafkaDoesNotKnowAreRefusedByName() throws IOException {
        assertThat(Founding.by(CONTROLLERS, Optional.of("4.2-IV1")).metadataVersion())
                .contains(MetadataVersion.IBP_4_2_IV1);
        assertThatThrownBy(() -> Founding.by(CONTROLLERS, Optional.of("9.9-IV9")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("9.9-IV9");
    }

    @Test
    void anEmptyDiskNeverFoundsAClusterThatIsBorn() {
        assertThat(quorum(true).formatting(Optional.empty())).isEqualTo(new Quorum.Formatting.Join());
    }

    @Test
    void aDiskOfThisClusterIsKept() {
        assertThat(quorum(true).formatting(Optional.of("id"))).isEqualTo(new Quorum.Formatting.Keep());
    }

    @Test
    void aDiskOfAnotherClusterIsRefused() {
        assertThat(quorum(false).formatting(Optional.of("other")))
                .isInstanceOfSatisfying(Quorum.Formatting.Refuse.class, refuse -> assertThat(refuse.reason())
                        .contains("other", "id"));
    }

    private static Quorum quorum(boolean born) {
        return new Quorum("id", CONTROLLERS, Optional.empty(), born);
    }
}
