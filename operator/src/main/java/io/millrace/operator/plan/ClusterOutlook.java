package io.millrace.operator.plan;

import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.Management;
import io.millrace.api.v1alpha1.RebalanceMode;
import io.millrace.api.v1alpha1.RebalanceState;
import io.millrace.api.v1alpha1.RebalanceStatus;
import io.millrace.operator.intent.RebalanceIntent;
import io.millrace.operator.status.Conditions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the object of a cluster tells a topic that waits for other replicas.
 *
 * @param name its name
 * @param brokers how many brokers it is to have that may hold something
 * @param managed whether the operator changes it at all
 * @param mode who decides that partitions are moved
 * @param awaiting hash of the plan that waits for approval, if one does
 * @param doing what it is about, or why it is stuck, in words; empty if it is as asked
 */
public record ClusterOutlook(
        String name, long brokers, boolean managed, RebalanceMode mode, Optional<String> awaiting, String doing) {

    /** Reads it. */
    public static ClusterOutlook of(BrokerCluster cluster) {
        var spec = cluster.getSpec();
        var cordoned = Objects.requireNonNullElse(spec.cordonedNodes(), List.<Integer>of()).stream()
                .filter(node -> node < spec.replicas())
                .distinct()
                .count();
        var status = Optional.ofNullable(cluster.getStatus());
        var conditions = status.map(BrokerClusterStatus::conditions).orElse(List.of());
        return new ClusterOutlook(
                cluster.getMetadata().getName(),
                spec.replicas() - cordoned,
                spec.management() == null || spec.management() == Management.Manage,
                RebalanceIntent.of(spec.rebalance()).mode(),
                status.map(BrokerClusterStatus::rebalance)
                        .filter(rebalance -> rebalance.state() == RebalanceState.AwaitingApproval)
                        .map(RebalanceStatus::planHash),
                Conditions.find(conditions, "Stalled")
                        .or(() -> Conditions.find(conditions, "Reconciling"))
                        .map(Condition::message)
                        .orElse(""));
    }
}
