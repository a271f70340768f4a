package io.millrace.broker.cluster;

import io.millrace.broker.topology.QueueDefinition;
import java.util.Objects;

/** What a queue is, where it lies and what it does, as the topology says now. Changed by the topology's replay thread, read by any. */
final class QueueShape {
    private volatile QueueDefinition definition;
    private volatile QueueLayout layout;
    private volatile QueueSettings settings;

    QueueShape(QueueDefinition definition) {
        this.definition = definition;
        layout = QueueLayout.of(definition);
        settings = QueueSettings.of(definition, definition.arguments());
    }

    QueueDefinition definition() {
        return definition;
    }

    QueueLayout layout() {
        return layout;
    }

    QueueSettings settings() {
        return settings;
    }

    /** The queue was changed. True if it writes to another topic from now on. */
    boolean redefine(QueueDefinition changed) {
        boolean moves = !Objects.equals(changed.topic(), definition.topic());
        definition = changed;
        var now = QueueLayout.of(changed);
        if (!now.equals(layout)) { // else it stays the same object, which is quick to compare
            layout = now;
        }
        return moves;
    }

    /** It does something else from now on; false if not. */
    boolean change(QueueSettings changed) {
        if (changed.equals(settings)) {
            return false;
        }
        settings = changed;
        return true;
    }
}
