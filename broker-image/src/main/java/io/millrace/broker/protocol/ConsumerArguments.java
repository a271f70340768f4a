package io.millrace.broker.protocol;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;

/** Arguments of {@code basic.consume} (RabbitMQ, Consumers). */
final class ConsumerArguments {
    private ConsumerArguments() {}

    /** {@code x-priority}; 0 if absent. */
    static int priority(FieldTable arguments) {
        return arguments
                .get("x-priority")
                .filter(FieldValue.Whole.class::isInstance)
                .map(value -> (int) ((FieldValue.Whole) value).asLong())
                .orElse(0);
    }
}
