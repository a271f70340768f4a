package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.RebalanceMode;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.intent.TopicIntent;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplicaChangeTest {

    private static final TopicFacts HALF_WAY = new TopicFacts("id", 3, Map.of(1, 2, 3, 1), 0, Map.of());

    @Test
    void allPartitionsMustHaveAsManyAsAskedFor() {
        assertThat(change(3)).isPresent();
        assertThat(change(1)).isPresent();
        assertThat(ReplicaChange.of(asking(Optional.empty()), HALF_WAY)).isEmpty();
        assertThat(ReplicaChange.of(asking(Optional.of(3)), new TopicFacts("id", 3, Map.of(3, 3), 0, Map.of())))
                .isEmpty();
    }

    @Test
    void saysHowFarItIsAndWhatTheClusterDoes() {
        var standing = standing(RebalanceMode.Auto, Optional.empty(), "3 of 3 brokers are ready; moving 2 partitions");

        assertThat(standing.ready()).isFalse();
        assertThat(standing.reason()).isEqualTo(Reason.REPLICATING);
        assertThat(standing.message())
                .isEqualTo(
                        "1 of 3 partitions of topic t have 3 replicas; 3 of 3 brokers are ready; moving 2 partitions");
    }

    @Test
    void saysWhatKeepsReplicasFromGoing() {
        var behind = new TopicFacts("id", 3, Map.of(3, 3), 2, Map.of());

        assertThat(ReplicaChange.of(asking(Optional.of(1)), behind)
                        .orElseThrow()
                        .standing(new ClusterOutlook("orders", 3, true, RebalanceMode.Auto, Optional.empty(), ""))
                        .message())
                .isEqualTo("0 of 3 partitions of topic t have 1 replicas, 2 have one out of sync");
    }

    @Test
    void saysThatMovesAreOff() {
        var standing = standing(RebalanceMode.Off, Optional.empty(), "");

        assertThat(standing.reason()).isEqualTo(Reason.MOVES_OFF);
        assertThat(standing.message()).contains("spec.rebalance.mode of BrokerCluster orders is Off");
    }

    @Test
    void namesThePlanThatWaits() {
        var waiting = standing(RebalanceMode.Approve, Optional.of("0123456789ab"), "");

        assertThat(waiting.reason()).isEqualTo(Reason.AWAITING_APPROVAL);
        assertThat(waiting.message()).endsWith("spec.rebalance.approve of BrokerCluster orders to 0123456789ab");
        assertThat(standing(RebalanceMode.Approve, Optional.empty(), "").reason())
                .isEqualTo(Reason.REPLICATING);
    }

    @Test
    void brokersThatAreCordonedDoNotCount() {
        var cluster = Specs.cluster("replicas: 4\nstorage: {size: 1Gi}\ncordonedNodes: [1, 1, 7]\n");

        assertThat(standing(3, ClusterOutlook.of(cluster)).reason()).isEqualTo(Reason.REPLICATING);
        var standing = standing(4, ClusterOutlook.of(cluster));
        assertThat(standing.reason()).isEqualTo(Reason.TOO_FEW_BROKERS);
        assertThat(standing.message()).contains("has 3 brokers that may hold one", "set spec.replicas to 3 or fewer");
    }

    @Test
    void aClusterThatIsNotManagedMovesNothing() {
        var cluster = Specs.cluster("replicas: 3\nstorage: {size: 1Gi}\nmanagement: Paused\n");

        assertThat(standing(3, ClusterOutlook.of(cluster)).message()).contains("is not managed");
    }

    private static Standing standing(RebalanceMode mode, Optional<String> awaiting, String doing) {
        return standing(3, new ClusterOutlook("orders", 3, true, mode, awaiting, doing));
    }

    private static Standing standing(int replicas, ClusterOutlook cluster) {
        return change(replicas).orElseThrow().standing(cluster);
    }

    private static Optional<ReplicaChange> change(int replicas) {
        return ReplicaChange.of(asking(Optional.of(replicas)), HALF_WAY);
    }

    private static TopicIntent asking(Optional<Integer> replicas) {
        return new TopicIntent("t", 3, replicas, Map.of(), Set.of());
    }
}
