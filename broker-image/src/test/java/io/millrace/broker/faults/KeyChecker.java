package io.millrace.broker.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The books of messages with group keys: of each key one is with a consumer at a time, and each comes after the one before it. Numbers of a key begin at 0. Safe for any thread. */
final class KeyChecker {
    private final Map<Integer, Integer> settled = new HashMap<>();
    private final Map<Integer, Object> heldBy = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private int messages;
    private int duplicates;
    private int mostAtOnce;

    /** A consumer was given a message. */
    synchronized void delivered(Object consumer, int key, int number, boolean redelivered) {
        int expected = settled.getOrDefault(key, 0);
        var holder = heldBy.putIfAbsent(key, consumer);
        if (holder != null) {
            violations.add("%d of key %d comes while one is with %s".formatted(number, key, holder));
        }
        if (number > expected) {
            violations.add("%d of key %d comes before %d".formatted(number, key, expected));
        }
        if (number < expected) {
            duplicates++;
            if (!redelivered) {
                violations.add("%d of key %d comes again and does not say so".formatted(number, key));
            }
        }
        mostAtOnce = Math.max(mostAtOnce, heldBy.size());
    }

    /** It is about to be acknowledged. */
    synchronized void settles(int key, int number) {
        heldBy.remove(key);
        if (number == settled.getOrDefault(key, 0)) {
            settled.put(key, number + 1);
            messages++;
        }
    }

    /** It is about to be returned. */
    synchronized void returns(int key) {
        heldBy.remove(key);
    }

    /** A consumer is about to be lost with all it holds. */
    synchronized void loses(Object consumer) {
        heldBy.values().removeIf(consumer::equals);
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** Messages acknowledged, each once. */
    synchronized int messages() {
        return messages;
    }

    /** Deliveries of what was acknowledged before. */
    synchronized int duplicates() {
        return duplicates;
    }

    /** Keys that were with consumers at the same time, at most. */
    synchronized int mostAtOnce() {
        return mostAtOnce;
    }

    /** Of each key, how many were acknowledged. */
    synchronized Map<Integer, Integer> settled() {
        return Map.copyOf(settled);
    }
}
