package io.millrace.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ClusterLooksTest {

    private static final LookPace AT_ONCE = LookPace.steady(Duration.ofMillis(1));
    private static final LookPace RARE = LookPace.steady(Duration.ofHours(1));
    private static final BrokerCluster SILENT = cluster("silent");
    private static final BrokerCluster WELL = cluster("well");

    private final ClusterLooks looks = new ClusterLooks("things");
    private final Map<String, Integer> seen = new ConcurrentHashMap<>();

    @Test
    void aClusterThatDoesNotAnswerKeepsNobodyFromLookingAtOthersAndIsNotAskedTwiceAtATime() {
        var never = new CountDownLatch(1);
        try {
            await().untilAsserted(() -> {
                looks.at(List.of(SILENT, WELL), AT_ONCE, noting(cluster -> {
                    if (cluster.equals(SILENT)) {
                        awaitUninterrupted(never);
                    }
                }));
                assertThat(seen.getOrDefault("well", 0)).isGreaterThan(5);
            });
            assertThat(seen).containsEntry("silent", 1);
        } finally {
            never.countDown();
        }
    }

    @Test
    void aLookThatFailedIsFollowedByAnother() {
        await().untilAsserted(() -> {
            looks.at(List.of(WELL), AT_ONCE, noting(cluster -> {
                throw new FailureException(new Failure.BrokerUnavailable("not today"), new IOException());
            }));
            assertThat(seen.getOrDefault("well", 0)).isGreaterThan(2);
        });
    }

    @Test
    void aClusterThatIsGoneAndComesBackIsLookedAtAtOnce() {
        looks.at(List.of(WELL), RARE, noting(cluster -> {}));
        await().untilAsserted(() -> assertThat(seen).containsEntry("well", 1));
        looks.at(List.of(WELL), RARE, noting(cluster -> {}));
        looks.at(List.of(), RARE, noting(cluster -> {}));
        assertThat(seen).containsEntry("well", 1);

        looks.at(List.of(WELL), RARE, noting(cluster -> {}));

        await().untilAsserted(() -> assertThat(seen).containsEntry("well", 2));
    }

    private Consumer<BrokerCluster> noting(Consumer<BrokerCluster> look) {
        return cluster -> {
            seen.merge(cluster.getMetadata().getName(), 1, Integer::sum);
            look.accept(cluster);
        };
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static BrokerCluster cluster(String name) {
        var cluster = new BrokerCluster();
        cluster.setMetadata(
                new ObjectMetaBuilder().withNamespace("shop").withName(name).build());
        return cluster;
    }
}
