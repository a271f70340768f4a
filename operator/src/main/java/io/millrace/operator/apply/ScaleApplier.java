package io.millrace.operator.apply;

import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.client.BrokerAdmin;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.scale.ScaleStep;

/** Takes the steps to another size, in the brokers. */
final class ScaleApplier {

    private static final int CONTROLLER_PORT = 9090;
    private static final String SCALING = "Scaling";

    private final Events events;

    ScaleApplier(Events events) {
        this.events = events;
    }

    /** Takes one. */
    void apply(BrokerCluster cluster, BrokerClusterIntent intent, ScaleStep step, BrokerAdmin brokers) {
        var scale = brokers.scale();
        switch (step) {
            case ScaleStep.AddVoter(var node, var directory) -> {
                scale.addVoter(node, directory, intent.host(node), CONTROLLER_PORT);
                tell(cluster, "controller %d has a vote".formatted(node));
            }
            case ScaleStep.RemoveVoter(var node, var directory) -> {
                scale.removeVoter(node, directory);
                tell(cluster, "controller %d has no vote any more".formatted(node));
            }
            case ScaleStep.Cordon(var nodes) -> scale.cordon(nodes);
            case ScaleStep.Uncordon(var nodes) -> scale.uncordon(nodes);
            case ScaleStep.StartMoves(var moves, var nodes, var throttle) -> {
                scale.startMoves(moves, nodes, throttle);
                tell(cluster, "moving %d partitions".formatted(moves.size()));
            }
            case ScaleStep.CancelMoves(var partitions) -> {
                scale.cancelMoves(partitions);
                tell(cluster, "%d partitions stay where they were".formatted(partitions.size()));
            }
            case ScaleStep.EndThrottle(var topics, var nodes) -> scale.endThrottle(topics, nodes);
            case ScaleStep.SetDefaultMinInSync(var value) -> brokers.cluster().setDefaultMinInSync(value);
            case ScaleStep.SetMinInSync(var topics) -> scale.setMinInSync(topics);
            case ScaleStep.VerifyEmpty(var nodes) -> scale.verifyEmpty(nodes);
            case ScaleStep.Unregister(var nodes) -> {
                scale.unregister(nodes);
                tell(cluster, "brokers %s have left".formatted(nodes));
            }
            case ScaleStep.ElectPreferredLeaders() -> brokers.cluster().electPreferredLeaders();
        }
    }

    private void tell(BrokerCluster cluster, String what) {
        events.normal(cluster, SCALING, what);
    }
}
