package io.millrace.broker.cluster;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.Delays;
import io.millrace.broker.queue.Overflow;
import io.millrace.broker.queue.Partitioning;
import io.millrace.broker.queue.Priorities;
import io.millrace.broker.queue.QueueRules;
import io.millrace.broker.queue.Shards;
import io.millrace.broker.topology.QueueDefinition;
import io.millrace.broker.topology.QueueKind;
import io.millrace.broker.topology.QueueType;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a queue's arguments and the policies in force for it mean for its running (RabbitMQ, Optional Queue Arguments).
 *
 * @param messageTtlMs {@code x-message-ttl}
 * @param deadLetterExchange {@code x-dead-letter-exchange}
 * @param deadLetterRoutingKey {@code x-dead-letter-routing-key}; absent keeps the message's own
 * @param deadLettersOnce {@code x-dead-letter-strategy=exactly-once}: settled here and there in one transaction of the log
 * @param expiresMs {@code x-expires}
 * @param maxLength {@code x-max-length}
 * @param maxLengthBytes {@code x-max-length-bytes}
 * @param partitioning {@code x-max-priority} or {@code x-shards}
 * @param overflow {@code x-overflow}
 * @param deliveryLimit {@code x-delivery-limit} of a quorum queue, its default or none; absent for a classic queue, which does not count
 * @param singleActive {@code x-single-active-consumer}
 * @param consumerTimeoutMs {@code x-consumer-timeout}: how long a delivery may wait for its acknowledgement
 * @param deduplicationMs {@code x-deduplication-window}: how long a message-id keeps others of the same id out
 * @param replayMs {@code x-kafka-retention}: how long a settled message can be gone back to; negative is for ever, absent not at all
 * @param flushed {@code x-durability=fsync}: a message counts as published once it is on the disks of all in-sync replicas, not in their memory
 */
record QueueSettings(
        OptionalLong messageTtlMs,
        Optional<ExchangeName> deadLetterExchange,
        Optional<String> deadLetterRoutingKey,
        boolean deadLettersOnce,
        OptionalLong expiresMs,
        OptionalLong maxLength,
        OptionalLong maxLengthBytes,
        Partitioning partitioning,
        Overflow overflow,
        OptionalLong deliveryLimit,
        boolean singleActive,
        OptionalLong consumerTimeoutMs,
        OptionalLong deduplicationMs,
        OptionalLong replayMs,
        boolean flushed) {
    private static final long DELIVERY_LIMIT = 20;

    /** @param arguments the queue's own, as policies change them */
    static QueueSettings of(QueueDefinition definition, FieldTable arguments) {
        return new QueueSettings(
                number(arguments, "x-message-ttl"),
                text(arguments, "x-dead-letter-exchange").map(ExchangeName::new),
                text(arguments, "x-dead-letter-routing-key"),
                text(arguments, "x-dead-letter-strategy").orElse("").equals("exactly-once"),
                number(arguments, "x-expires"),
                number(arguments, "x-max-length"),
                number(arguments, "x-max-length-bytes"),
                partitioning(definition.kind(), definition.arguments()),
                overflow(text(arguments, "x-overflow").orElse("")),
                deliveryLimit(definition.type(), arguments),
                arguments.get("x-single-active-consumer").orElse(null) instanceof FieldValue.Bool(var single) && single,
                number(arguments, "x-consumer-timeout"),
                number(arguments, "x-deduplication-window"),
                number(arguments, "x-kafka-retention"),
                text(arguments, "x-durability").orElse("").equals("fsync"));
    }

    /** What the queue's machine has to know of it. */
    QueueRules rules(boolean logged) {
        return new QueueRules(
                logged,
                deadLetterExchange.isPresent(),
                partitioning,
                singleActive,
                maxLength.orElse(QueueRules.NO_LIMIT),
                maxLengthBytes.orElse(QueueRules.NO_LIMIT),
                overflow,
                expiresMs.orElse(QueueRules.NO_LIMIT),
                deliveryLimit.isPresent(),
                deliveryLimit.orElse(QueueRules.NO_LIMIT),
                isReplayable());
    }

    /** Whether an exchange holds its messages in it until they are due. */
    boolean delays() {
        return partitioning instanceof Delays;
    }

    /** Whether a consumer may be given again what was settled. */
    boolean isReplayable() {
        return replayMs.isPresent();
    }

    /** How long settled messages stay in the log: as long as it can be gone back to them, or their ids matter. Negative is for ever, none is no longer than need be. */
    OptionalLong keptMs() {
        return replayMs.isPresent() && (replayMs.getAsLong() < 0 || deduplicationMs.isEmpty())
                ? replayMs
                : deduplicationMs.isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(Math.max(replayMs.orElse(0), deduplicationMs.getAsLong()));
    }

    /** When {@code message} expires in the queue: its own expiry or the queue's TTL, whichever is earlier (RabbitMQ, TTL). */
    long expiry(Message message) {
        return messageTtlMs.isEmpty()
                ? message.expiresAtMs()
                : Math.min(message.expiresAtMs(), message.timestampMs() + messageTtlMs.getAsLong());
    }

    /** Whether every publish has to pass the queue's owner: it may refuse, has to know how long each message is, or which were published before. */
    boolean isGated() {
        return deduplicationMs.isPresent()
                || maxLengthBytes.isPresent()
                || (maxLength.isPresent() && overflow.refuses());
    }

    /** What decides where messages of a queue go that was declared with these arguments. */
    static Partitioning partitioning(QueueKind kind, FieldTable declared) {
        if (kind == QueueKind.DELAY) {
            return Delays.BY_REST;
        }
        var shards = number(declared, "x-shards");
        if (shards.isPresent()) {
            return new Shards((int) shards.getAsLong());
        }
        long highest = number(declared, "x-max-priority").orElse(0);
        return Priorities.upTo((int) highest, kind == QueueKind.LOG);
    }

    private static Overflow overflow(String text) {
        return switch (text) {
            case "reject-publish" -> Overflow.REJECT_PUBLISH;
            case "reject-publish-dlx" -> Overflow.REJECT_PUBLISH_DLX;
            default -> Overflow.DROP_HEAD;
        };
    }

    /** 20 unless the queue says otherwise; a negative one is none (RabbitMQ 4.0 and later). */
    private static OptionalLong deliveryLimit(QueueType type, FieldTable arguments) {
        if (type != QueueType.QUORUM) {
            return OptionalLong.empty();
        }
        long limit = number(arguments, "x-delivery-limit").orElse(DELIVERY_LIMIT);
        return OptionalLong.of(limit < 0 ? QueueRules.NO_LIMIT : limit);
    }

    private static OptionalLong number(FieldTable arguments, String key) {
        return arguments.get(key).orElse(null) instanceof FieldValue.Whole number
                ? OptionalLong.of(number.asLong())
                : OptionalLong.empty();
    }

    private static Optional<String> text(FieldTable arguments, String key) {
        return arguments.get(key).filter(LongString.class::isInstance).map(value -> ((LongString) value).text());
    }
}
