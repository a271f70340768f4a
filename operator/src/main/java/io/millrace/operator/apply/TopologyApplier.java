package io.millrace.operator.apply;

import io.millrace.operator.client.QueueAdmin;
import io.millrace.operator.plan.TopologyAction;

/** Does what a plan says about a queue or an exchange. */
public final class TopologyApplier {

    private TopologyApplier() {}

    /** Does it, in order; stops at the first failure by throwing. */
    public static void apply(Iterable<TopologyAction> actions, QueueAdmin queues) {
        for (var action : actions) {
            switch (action) {
                case TopologyAction.EnsureVhost(var vhost) -> queues.putVhost(vhost);
                case TopologyAction.DeclareQueue(var vhost, var name, var arguments) ->
                    queues.declareQueue(vhost, name, arguments);
                case TopologyAction.ChangeQueue(var vhost, var name, var arguments) ->
                    queues.changeQueue(vhost, name, arguments);
                case TopologyAction.DeclareExchange(var vhost, var name, var type, var arguments) ->
                    queues.declareExchange(vhost, name, type, arguments);
                case TopologyAction.Bind(var binding) -> queues.bind(binding);
                case TopologyAction.Unbind(var binding) -> queues.unbind(binding);
            }
        }
    }
}
