package io.millrace.operator.plan;

import java.util.Locale;

/** How the members of a group share its partitions among them. */
public enum GroupProtocol {
    /** Kafka's first: one member decides. Groups that only have offsets are of it, too. */
    CLASSIC,
    /** KIP-848: the coordinator decides. */
    CONSUMER,
    /** KIP-932: members share partitions, record by record. */
    SHARE,
    /** KIP-1071: Kafka Streams. */
    STREAMS;

    /** Returns the word users see. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
