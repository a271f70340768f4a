package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DiscoveryTest {

    @Test
    void namesAreValidAndNeverShared() {
        assertThat(Discovery.objectName("billing")).matches("billing-[0-9a-f]{8}");
        assertThat(Discovery.objectName("Team A/Billing")).matches("team-a-billing-[0-9a-f]{8}");
        assertThat(Discovery.objectName("a.b")).isNotEqualTo(Discovery.objectName("a-b"));
        for (var group : List.of("..", "-x-", "Ünï", "a".repeat(255), "x..y", ".-.", "group_1.")) {
            assertThat(Discovery.objectName(group))
                    .hasSizeLessThanOrEqualTo(253)
                    .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
        }
    }

    @Test
    void filtersDecideButTheQueueLayersGroupsAreNeverShown() {
        var discovery = new Discovery(List.of("team-.*", "q[.].*"), List.of(".*-test"));

        assertThat(discovery.wants("team-a")).isTrue();
        assertThat(discovery.wants("team-a-test")).isFalse();
        assertThat(discovery.wants("other")).isFalse();
        assertThat(discovery.wants("q.orders")).isFalse();
        assertThat(new Discovery(List.of(), List.of()).wants("amqp.owners")).isFalse();
    }
}
