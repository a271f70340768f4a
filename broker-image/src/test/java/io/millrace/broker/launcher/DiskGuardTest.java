package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.server.quota.ClientQuotaType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DiskGuardTest {
    private static final ClientQuotaType PRODUCE = ClientQuotaType.PRODUCE;

    @Test
    void whileTheDiskIsShortClientsShareATrickleAndNodesDoNot() {
        try (var guard = new Guard()) {
            guard.disk().look(0.09);

            var ann = guard.tags("ann");
            assertThat(guard.tags("bob")).isEqualTo(ann);
            assertThat(guard.disk().quotaLimit(PRODUCE, ann)).isEqualTo(DiskGuard.TRICKLE);
            for (var node : List.of(NodePrincipals.NODE, NodePrincipals.OPERATOR)) {
                assertThat(guard.disk().quotaLimit(PRODUCE, guard.tags(node))).isNull();
            }
        }
    }

    @Test
    void trickleEndsWhenThereIsSomeMoreThanWhereItBegan() {
        try (var guard = new Guard()) {
            guard.disk().look(0.11);
            assertThat(guard.limit("ann")).isNull();
            guard.disk().look(0.09);
            guard.disk().look(0.14);
            assertThat(guard.limit("ann")).isEqualTo(DiskGuard.TRICKLE);
            guard.disk().look(0.16);
            assertThat(guard.limit("ann")).isNull();
        }
    }

    /** One that looks at no disk by itself. */
    private record Guard(DiskGuard disk) implements AutoCloseable {
        Guard() {
            this(new DiskGuard());
        }

        Map<String, String> tags(String user) {
            return disk.quotaMetricTags(PRODUCE, new KafkaPrincipal(KafkaPrincipal.USER_TYPE, user), "app");
        }

        @Nullable
        Double limit(String user) {
            return disk.quotaLimit(PRODUCE, tags(user));
        }

        @Override
        public void close() {
            disk.close();
        }
    }
}
