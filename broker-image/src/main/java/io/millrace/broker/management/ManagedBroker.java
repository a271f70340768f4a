package io.millrace.broker.management;

import io.millrace.broker.cluster.QueueCluster;
import io.millrace.broker.cluster.TopologyAccess;
import io.millrace.broker.log.LogView;
import io.millrace.broker.log.Topics;
import io.millrace.broker.server.AmqpLayer;
import io.millrace.broker.topology.Decision;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.topology.TopologyCommand;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What the routes work on.
 *
 * @param pod name of this pod
 * @param profileVersion the RabbitMQ version whose behaviour we show
 * @param cluster this pod's part of the queue cluster
 * @param topics the topics of the log
 * @param log what else lies in the log
 * @param layer this pod's clients, and what it has to spare
 */
public record ManagedBroker(
        String pod,
        String profileVersion,
        QueueCluster cluster,
        Topics topics,
        LogView log,
        AmqpLayer layer,
        Clock clock) {
    TopologyAccess topology() {
        return cluster.topology();
    }

    Topology image() {
        return cluster.topology().image();
    }

    /** Makes a change; the stage ends when it is in the log, with the refusal if there is one. */
    CompletionStage<Decision.Reply> change(TopologyCommand command) {
        var changed = new CompletableFuture<Decision.Reply>();
        topology().change(command, changed::complete, changed::completeExceptionally);
        return changed;
    }
}
