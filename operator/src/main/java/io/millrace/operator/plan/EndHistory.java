package io.millrace.operator.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When the end of a log was where: enough to tell how old the next unread record is. Immutable; old samples are thinned
 * out, so that a fixed number of them reaches back further the longer it is kept.
 */
public final class EndHistory {

    private static final int CAPACITY = 120;

    private final List<Sample> samples;

    /** At this time the log ended here. */
    private record Sample(long timeMs, long end) {}

    private EndHistory(List<Sample> samples) {
        this.samples = List.copyOf(samples);
    }

    /** Knows nothing yet. */
    public static EndHistory empty() {
        return new EndHistory(List.of());
    }

    /** The same with one more sample; a log that ends before it did has been made anew, and begins anew. */
    public EndHistory with(long timeMs, long end) {
        if (!samples.isEmpty() && end < samples.getLast().end()) {
            return new EndHistory(List.of(new Sample(timeMs, end)));
        }
        var next = new ArrayList<>(samples);
        var size = next.size();
        if (size >= 2 && next.get(size - 1).end() == end && next.get(size - 2).end() == end) {
            // While nothing is written, only the first and the last moment of the standstill matter.
            next.set(size - 1, new Sample(timeMs, end));
        } else {
            next.add(new Sample(timeMs, end));
        }
        return new EndHistory(next.size() > CAPACITY ? thinned(next) : next);
    }

    /**
     * Tells how long ago a record was written.
     *
     * @param offset the record
     * @param nowMs now
     * @return the age in milliseconds, at least that if the record is older than the history; empty if it is not written yet
     */
    public Optional<Long> ageOf(long offset, long nowMs) {
        if (samples.isEmpty() || offset >= samples.getLast().end()) {
            return Optional.empty();
        }
        var after = 0;
        while (samples.get(after).end() <= offset) {
            after++;
        }
        var later = samples.get(after);
        if (after == 0) {
            return Optional.of(Math.max(0, nowMs - later.timeMs()));
        }
        var earlier = samples.get(after - 1);
        var share = (double) (offset - earlier.end()) / (later.end() - earlier.end());
        var writtenMs = earlier.timeMs() + (long) (share * (later.timeMs() - earlier.timeMs()));
        return Optional.of(Math.max(0, nowMs - writtenMs));
    }

    private static List<Sample> thinned(List<Sample> samples) {
        var half = samples.size() / 2;
        var kept = new ArrayList<Sample>();
        for (int i = 0; i < samples.size(); i++) {
            if (i >= half || i % 2 == 0) {
                kept.add(samples.get(i));
            }
        }
        return kept;
    }
}
