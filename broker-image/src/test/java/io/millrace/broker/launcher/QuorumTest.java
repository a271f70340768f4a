package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuorumTest {
    private static final String CONTROLLERS = "0@orders-broker-0.orders-nodes.shop.svc:9090:AAAAAAAAAAAAAAAAAAAAAQ";

    @Test
    void anEmptyDiskFoundsAClusterThatIsNotBorn() {
        var formatting = new Quorum("id", CONTROLLERS, false).formatting(Optional.empty());

        assertThat(formatting).isEqualTo(new Quorum.Formatting.Found(CONTROLLERS));
    }

    @Test
    void anEmptyDiskNeverFoundsAClusterThatIsBorn() {
        assertThat(new Quorum("id", CONTROLLERS, true).formatting(Optional.empty()))
                .isEqualTo(new Quorum.Formatting.Join());
    }

    @Test
    void aDiskOfThisClusterIsKept() {
        assertThat(new Quorum("id", CONTROLLERS, true).formatting(Optional.of("id")))
                .isEqualTo(new Quorum.Formatting.Keep());
    }

    @Test
    void aDiskOfAnotherClusterIsRefused() {
        assertThat(new Quorum("id", CONTROLLERS, false).formatting(Optional.of("other")))
                .isInstanceOfSatisfying(Quorum.Formatting.Refuse.class, refuse -> assertThat(refuse.reason())
                        .contains("other", "id"));
    }
}
