package io.millrace.broker.topology;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a policy is for ({@code apply-to}). */
public enum AppliesTo {
    ALL,
    QUEUES,
    CLASSIC_QUEUES,
    QUORUM_QUEUES,
    STREAMS,
    EXCHANGES;

    /** The name clients use. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<AppliesTo> of(String text) {
        return Arrays.stream(values())
                .filter(value -> value.text().equals(text))
                .findFirst();
    }

    boolean includes(QueueType type) {
        return switch (this) {
            case ALL, QUEUES -> true;
            case CLASSIC_QUEUES -> type == QueueType.CLASSIC;
            case QUORUM_QUEUES -> type == QueueType.QUORUM;
            case STREAMS -> type == QueueType.STREAM;
            case EXCHANGES -> false;
        };
    }

    boolean includesExchanges() {
        return this == ALL || this == EXCHANGES;
    }
}
