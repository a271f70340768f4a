package io.millrace.operator.running;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.millrace.api.v1alpha1.Topic;
import io.millrace.operator.status.Conditions;
import java.util.Map;

/** Notes when each topic's object was first seen to be Ready, by {@link System#nanoTime}. */
record ReadyTimes(Map<String, Long> readyAt) implements ResourceEventHandler<Topic> {

    @Override
    public void onAdd(Topic topic) {
        note(topic);
    }

    @Override
    public void onUpdate(Topic before, Topic topic) {
        note(topic);
    }

    @Override
    public void onDelete(Topic topic, boolean missed) {
        // None is deleted.
    }

    private void note(Topic topic) {
        if (topic.getStatus() != null && Conditions.isReady(topic.getStatus().conditions())) {
            readyAt.putIfAbsent(topic.getMetadata().getName(), System.nanoTime());
        }
    }
}
