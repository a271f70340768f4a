package io.millrace.operator.scale;

import io.millrace.api.v1alpha1.RebalanceStatus;
import java.util.Optional;
import java.util.Set;

/**
 * Where a cluster stands when the next step is decided.
 *
 * @param size how many brokers its StatefulSet has
 * @param pods node ids of the pods there are
 * @param steady those that are ready and stay
 * @param facts read from the brokers just now
 * @param before the last rebalance, as the status tells it
 */
public record ScaleScene(
        int size, Set<Integer> pods, Set<Integer> steady, ScaleFacts facts, Optional<RebalanceStatus> before) {
    public ScaleScene {
        pods = Set.copyOf(pods);
        steady = Set.copyOf(steady);
    }
}
