package io.millrace.broker.log;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Messages that were read.
 *
 * @param messages in the order of their offsets, partition by partition
 * @param incomplete why there may be more than was asked for and is shown; empty if there is not
 */
public record Browsed(List<Seen> messages, List<Place> places, Optional<String> incomplete) {
    public Browsed {
        messages = List.copyOf(messages);
        places = List.copyOf(places);
    }

    /**
     * A message.
     *
     * @param timestampMs when it was published or, if {@code appended}, written
     * @param headersLeftOut how many more there were
     */
    public record Seen(
            int partition,
            long offset,
            long timestampMs,
            boolean appended,
            @Nullable Cut key,
            @Nullable Cut value,
            List<NamedCut> headers,
            int headersLeftOut) {
        public Seen {
            headers = List.copyOf(headers);
        }

        /** How many bytes are shown of it. */
        public long shownBytes() {
            return length(key)
                    + length(value)
                    + headers.stream()
                            .mapToLong(header -> header.name().length() + length(header.value()))
                            .sum();
        }

        private static long length(@Nullable Cut cut) {
            return cut == null ? 0 : cut.shown().length;
        }
    }

    /** A header. */
    public record NamedCut(String name, @Nullable Cut value) {}

    /** The first bytes of something, and how long it is; the array is never changed. */
    public record Cut(byte[] shown, int length) {}

    /**
     * What there is in a partition.
     *
     * @param end exclusive; behind it are transactions that are not ended
     * @param next where to go on
     */
    public record Place(int partition, long begin, long end, long next) {}
}
