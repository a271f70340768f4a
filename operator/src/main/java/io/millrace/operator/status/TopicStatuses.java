package io.millrace.operator.status;

import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.Topic;
import io.millrace.api.v1alpha1.TopicStatus;
import io.millrace.operator.intent.TopicIntent;
import io.millrace.operator.plan.TopicFacts;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a Topic shows of its topic. */
public final class TopicStatuses {

    private TopicStatuses() {}

    /**
     * Returns what is shown of a topic that was looked at.
     *
     * @param found the topic, if it is there
     * @param adopted whether it is the object's own
     */
    public static TopicStatus of(
            Topic topic,
            Optional<TopicFacts> found,
            long generation,
            List<Condition> conditions,
            @Nullable Boolean adopted) {
        return new TopicStatus(
                generation,
                conditions,
                TopicIntent.nameOf(topic),
                found.map(TopicFacts::id).orElse(null),
                found.map(TopicFacts::partitions).orElse(null),
                found.map(TopicFacts::replicas).orElse(null),
                found.map(TopicFacts::underReplicated).orElse(null),
                adopted,
                topic.getSpec().bindings());
    }

    /** Returns what is shown of one that was not: what was known of it stays. */
    public static TopicStatus kept(Topic topic, long generation, List<Condition> conditions) {
        var old = topic.getStatus();
        return old == null
                ? new TopicStatus(generation, conditions, TopicIntent.nameOf(topic), null, null, null, null, null, null)
                : new TopicStatus(
                        generation,
                        conditions,
                        TopicIntent.nameOf(topic),
                        old.topicId(),
                        old.partitions(),
                        old.replicas(),
                        old.underReplicated(),
                        old.adopted(),
                        old.bound());
    }
}
