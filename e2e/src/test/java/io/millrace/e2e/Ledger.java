package io.millrace.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was sent, confirmed and received, to tell what was lost. Messages of one key are numbered from 0 by their sender. Thread-safe.
 */
final class Ledger {
    private final Map<String, Set<Long>> confirmed = new HashMap<>();
    private final Map<String, Set<Long>> received = new HashMap<>();
    private final Map<String, Long> last = new HashMap<>();
    private final List<String> disorder = new ArrayList<>();
    private long sent;
    private long answered;
    private long failed;
    private long duplicates;
    private long lastReceivedNs = System.nanoTime();
    private long lastConfirmedNs = System.nanoTime();
    private long silenceNs;

    synchronized void sent() {
        sent++;
    }

    synchronized void confirmed(String key, long number) {
        answered++;
        silenceNs = Math.max(silenceNs, System.nanoTime() - lastConfirmedNs);
        lastConfirmedNs = System.nanoTime();
        confirmed.computeIfAbsent(key, k -> new HashSet<>()).add(number);
    }

    /** The send failed for good. */
    synchronized void failedForGood() {
        answered++;
        failed++;
    }

    synchronized void received(String key, long number) {
        lastReceivedNs = System.nanoTime();
        if (!received.computeIfAbsent(key, k -> new HashSet<>()).add(number)) {
            duplicates++;
            return;
        }
        var before = last.merge(key, number, Math::max);
        if (before > number) {
            disorder.add(key + ": " + number + " after " + before);
        }
    }

    /** Sent and neither confirmed nor failed yet. */
    synchronized long inFlight() {
        return sent - answered;
    }

    synchronized long confirmed() {
        return confirmed.values().stream().mapToLong(Set::size).sum();
    }

    /** Sends that failed for good. */
    synchronized long failed() {
        return failed;
    }

    synchronized long duplicates() {
        return duplicates;
    }

    synchronized Duration sinceLastReceived() {
        return Duration.ofNanos(System.nanoTime() - lastReceivedNs);
    }

    /** Returns the longest time without a confirmation since this was last asked. */
    synchronized Duration takeLongestSilence() {
        var longest = Duration.ofNanos(Math.max(silenceNs, System.nanoTime() - lastConfirmedNs));
        silenceNs = 0;
        return longest;
    }

    /** Messages that came first after a later one of their key. */
    synchronized List<String> disorder() {
        return List.copyOf(disorder);
    }

    /** Confirmed, but not received. */
    synchronized List<String> missing() {
        var missing = new ArrayList<String>();
        confirmed.forEach((key, numbers) -> numbers.stream()
                .filter(number -> !received.getOrDefault(key, Set.of()).contains(number))
                .forEach(number -> missing.add(key + ":" + number)));
        return missing;
    }
}
