package io.millrace.broker.topology;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a declaration asks for what is already there (AMQP 0-9-1, {@code queue.declare}; texts as in RabbitMQ). */
final class Equivalence {
    private static final LongString CLASSIC = LongString.of(QueueType.CLASSIC.text());

    private final String resource;

    /**
     * Compares declarations of one queue or exchange.
     *
     * @param resource how RabbitMQ names what is declared
     */
    Equivalence(String resource) {
        this.resource = resource;
    }

    void require(String property, String current, String received) {
        if (!current.equals(received)) {
            throw inequivalent(property, "'" + received + "'", "'" + current + "'");
        }
    }

    void require(String property, boolean current, boolean received) {
        require(property, String.valueOf(current), String.valueOf(received));
    }

    void require(List<String> keys, FieldTable current, FieldTable received) {
        difference(keys, current, received).ifPresent(difference -> {
            throw difference;
        });
    }

    /** The first of the keys in which the arguments differ, as the error it is. */
    Optional<ChannelError> difference(List<String> keys, FieldTable current, FieldTable received) {
        return keys.stream()
                .flatMap(key -> difference(
                        key, current.get(key).orElse(null), received.get(key).orElse(null))
                        .stream())
                .findFirst();
    }

    private Optional<ChannelError> difference(String key, @Nullable FieldValue current, @Nullable FieldValue received) {
        if ((current == null && received == null) || isClassicByDefault(key, current, received)) {
            return Optional.empty();
        }
        if (current == null || received == null) {
            return Optional.of(inequivalent(key, ErlangText.typed(received), ErlangText.typed(current)));
        }
        return same(current, received)
                ? Optional.empty()
                : Optional.of(inequivalent(key, ErlangText.quoted(received), ErlangText.quoted(current)));
    }

    private static boolean isClassicByDefault(String key, @Nullable FieldValue current, @Nullable FieldValue received) {
        return key.equals(QueueType.ARGUMENT)
                && ((current == null && CLASSIC.equals(received)) || (received == null && CLASSIC.equals(current)));
    }

    /** Whole numbers are the same whatever their width, and so are the two widths of floating point. */
    private static boolean same(FieldValue one, FieldValue two) {
        if (one instanceof FieldValue.Whole number && two instanceof FieldValue.Whole other) {
            return number.asLong() == other.asLong();
        }
        var real = real(one);
        return real == null ? one.equals(two) : real.equals(real(two));
    }

    private static @Nullable Double real(FieldValue value) {
        return switch (value) {
            case FieldValue.Float32(var number) -> (Double) (double) number;
            case FieldValue.Float64(var number) -> (Double) number;
            default -> null;
        };
    }

    private ChannelError inequivalent(String property, String received, String current) {
        return Refusals.precondition("inequivalent arg '" + property + "' for " + resource + ": received " + received
                + " but current is " + current);
    }
}
