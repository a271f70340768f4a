package io.millrace.broker.launcher;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeMetadataQuorumOptions;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.Node;
import org.jspecify.annotations.Nullable;

/**
 * Whether a Kafka node does its part, asked over its own listener: a broker is unfenced, a controller leads or follows the leader closely.
 */
final class NodeHealth implements AutoCloseable, Supplier<Optional<String>> {
    private static final int TIMEOUT_MS = 2_000;
    /** A voter further behind than this is not counted as one that could take over. */
    static final Duration CAUGHT_UP = Duration.ofSeconds(5);

    private final LogNode node;
    private @Nullable Admin admin;

    NodeHealth(LogNode node) {
        this.node = node;
    }

    /** Why the node is not ready; empty when it is. */
    @Override
    public synchronized Optional<String> get() {
        try {
            if (node.isBroker()) {
                var unfenced = connected().describeCluster().nodes().get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
                var reason = brokerProblem(node.pod().nodeId(), unfenced);
                if (reason.isPresent()) {
                    return reason;
                }
            }
            if (node.isController()) {
                var options = new DescribeMetadataQuorumOptions().timeoutMs(TIMEOUT_MS);
                var quorum = connected().describeMetadataQuorum(options).quorumInfo();
                return controllerProblem(node.pod().nodeId(), quorum.get(TIMEOUT_MS, TimeUnit.MILLISECONDS));
            }
            return Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            return Optional.of("the node does not answer: " + cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    static Optional<String> brokerProblem(int nodeId, Collection<Node> unfenced) {
        return unfenced.stream().anyMatch(broker -> broker.id() == nodeId)
                ? Optional.empty()
                : Optional.of("the broker is fenced");
    }

    static Optional<String> controllerProblem(int nodeId, QuorumInfo quorum) {
        if (quorum.leaderId() == nodeId) {
            return Optional.empty();
        }
        var self = voter(quorum, nodeId);
        if (self.isEmpty()) {
            return Optional.of("the controller is not a voter");
        }
        var leader = voter(quorum, quorum.leaderId());
        var leaderTime =
                leader.map(state -> state.lastCaughtUpTimestamp().orElse(0)).orElse(0L);
        var behindMs = leaderTime - self.get().lastCaughtUpTimestamp().orElse(0);
        return behindMs <= CAUGHT_UP.toMillis()
                ? Optional.empty()
                : Optional.of("the controller is " + behindMs + " ms behind its leader");
    }

    private static Optional<QuorumInfo.ReplicaState> voter(QuorumInfo quorum, int id) {
        return quorum.voters().stream().filter(voter -> voter.replicaId() == id).findFirst();
    }

    private Admin connected() {
        var current = admin;
        if (current == null) {
            var settings = node.isBroker()
                    ? node.tls().clientProperties(node.replicationEndpoint())
                    : node.tls().controllerClientProperties(node.controllerEndpoint());
            current = Admin.create(settings);
            admin = current;
        }
        return current;
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
            admin = null;
        }
    }
}
