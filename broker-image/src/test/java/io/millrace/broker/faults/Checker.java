package io.millrace.broker.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps the books of one queue: what was sent, confirmed, delivered, acknowledged and rejected, and what came out of its dead-letter queue. Messages are
 * numbered upwards by each publishing channel; a number is sent once. Safe for any thread.
 */
final class Checker {
    /** A message: the channel it was published on and its number there. */
    record Serial(int channel, long number) {
        /** Reads what {@link #toString} wrote. */
        static Serial of(String text) {
            var parts = text.split(":", 2);
            return new Serial(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
        }

        @Override
        public String toString() {
            return channel + ":" + number;
        }
    }

    /** Why a message may come twice. */
    enum Cause {
        /** A consumer had given it back, or its connection ended. */
        RETURNED,
        /** It was acknowledged, and the owner that should have heard so was lost. */
        ACKNOWLEDGED,
        /** It was rejected, and the owner that should have heard so, or sent its letter, was lost. */
        REJECTED,
        /** A consumer still held it, and the owner that had delivered it was lost. */
        HELD,
        /** Its publisher sent it twice, as it had not heard what became of the first. */
        SENT_AGAIN
    }

    private final Set<Serial> sent = new HashSet<>();
    private final Set<Serial> confirmed = new HashSet<>();
    private final Set<Serial> refused = new HashSet<>();
    private final Set<Serial> sentAgain = new HashSet<>();
    private final Map<Serial, Cause> delivered = new LinkedHashMap<>();
    private final Map<String, Long> newestOf = new HashMap<>();
    private final Map<Cause, Integer> duplicates = new HashMap<>();
    private final Set<Serial> acknowledged = new HashSet<>();
    private final Set<Serial> rejected = new HashSet<>();
    private final Map<Serial, Integer> deadLetters = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private final Map<String, Integer> unflagged = new HashMap<>();
    private boolean zombieMayDeliver;
    private long deliveries;

    /** An owner that does not know yet that it was replaced delivers what it has; so a duplicate may come without its flag. They are counted. */
    synchronized void zombieMayDeliver() {
        zombieMayDeliver = true;
    }

    synchronized void sent(Serial id) {
        sent.add(id);
    }

    /** Its publisher sends it once more: there may be two of it, and a second one is no redelivery. */
    synchronized void sentAgain(Serial id) {
        sentAgain.add(id);
    }

    /** basic.ack came for it. */
    synchronized void confirmed(Serial id) {
        confirmed.add(id);
    }

    /** basic.nack came for it: it may be lost, and it may arrive; if its publisher sends it again, that is after others. */
    synchronized void refused(Serial id) {
        refused.add(id);
    }

    synchronized void delivered(String consumer, Serial id, boolean redelivered) {
        deliveries++;
        if (!sent.contains(id)) {
            wrong.add("%s was never sent".formatted(id));
        }
        var before = delivered.put(id, Cause.HELD);
        if (before != null) {
            boolean isSecond = !redelivered && sentAgain.contains(id);
            duplicates.merge(isSecond ? Cause.SENT_AGAIN : before, 1, Integer::sum);
            if (!redelivered && !isSecond) {
                unflagged.merge(consumer, 1, Integer::sum);
                if (!zombieMayDeliver) {
                    wrong.add("%s came again and was not flagged as redelivered".formatted(id));
                }
            }
            return;
        }
        if (!redelivered && !refused.contains(id)) {
            var newest = newestOf.merge(consumer + "/" + id.channel(), id.number(), Math::max);
            if (newest > id.number()) {
                wrong.add("%s came to %s after %d".formatted(id, consumer, newest));
            }
        }
    }

    /** A consumer sent basic.ack for it. */
    synchronized void acknowledged(Serial id) {
        acknowledged.add(id);
        delivered.put(id, Cause.ACKNOWLEDGED);
    }

    /** A consumer sent basic.reject without requeue. */
    synchronized void rejected(Serial id) {
        delivered.put(id, Cause.REJECTED);
        rejected.add(id);
    }

    /** A consumer gave it back, or ended while it held it. */
    synchronized void returned(Serial id) {
        delivered.put(id, Cause.RETURNED);
    }

    /** All consumers ended: what they held comes back. */
    synchronized void consumersEnded() {
        delivered.replaceAll((id, state) -> state == Cause.HELD ? Cause.RETURNED : state);
    }

    /** It came out of the dead-letter queue. */
    synchronized void deadLettered(Serial id) {
        deadLetters.merge(id, 1, Integer::sum);
        if (!rejected.contains(id)) {
            wrong.add("%s was dead-lettered, and nobody had rejected it".formatted(id));
        }
    }

    synchronized long confirmedCount() {
        return confirmed.size();
    }

    synchronized long deliveredCount() {
        return deliveries;
    }

    synchronized boolean isAnyHeld() {
        return delivered.containsValue(Cause.HELD);
    }

    /** Confirmed, and never delivered. */
    synchronized List<Serial> lost() {
        return confirmed.stream().filter(id -> !delivered.containsKey(id)).toList();
    }

    /** Rejected whenever it came, and not in the dead-letter queue. */
    synchronized List<Serial> lostLetters() {
        return rejected.stream()
                .filter(id -> !acknowledged.contains(id) && !deadLetters.containsKey(id))
                .toList();
    }

    /** What must never be, whatever happens to the pods. */
    synchronized List<String> wrong() {
        var all = new ArrayList<>(wrong);
        lost().forEach(id -> all.add(id + " is lost"));
        lostLetters().forEach(id -> all.add(id + " was rejected and is not in the dead-letter queue"));
        return all;
    }

    synchronized Map<Cause, Integer> duplicates() {
        return Map.copyOf(duplicates);
    }

    /** Copies in the dead-letter queue beyond the first of each message. */
    synchronized int duplicateLetters() {
        return deadLetters.values().stream().mapToInt(count -> count - 1).sum();
    }

    @Override
    public synchronized String toString() {
        return "sent %d, confirmed %d, refused %d, deliveries %d, duplicates %s (unflagged %s), rejected %d, second letters %d, lost %d"
                .formatted(
                        sent.size(),
                        confirmed.size(),
                        refused.size(),
                        deliveries,
                        duplicates,
                        unflagged,
                        rejected.size(),
                        duplicateLetters(),
                        lost().size());
    }
}
