package io.millrace.operator.apply;

import io.millrace.operator.client.TopicAdmin;
import io.millrace.operator.plan.TopicAction;
import io.millrace.operator.plan.TopicFacts;
import java.util.Optional;

/** Does what a plan says about a topic. */
public final class TopicApplier {

    private TopicApplier() {}

    /** Does it, in order; stops at the first failure by throwing. Returns the topic, if it was made by this. */
    public static Optional<TopicFacts> apply(Iterable<TopicAction> actions, TopicAdmin topics) {
        var made = Optional.<TopicFacts>empty();
        for (var action : actions) {
            switch (action) {
                case TopicAction.Create(var name, var partitions, var replicas, var config) ->
                    made = topics.create(name, partitions, replicas, config);
                case TopicAction.Grow(var name, var partitions) -> topics.grow(name, partitions);
                case TopicAction.Configure(var name, var set, var remove) -> topics.configure(name, set, remove);
            }
        }
        return made;
    }
}
