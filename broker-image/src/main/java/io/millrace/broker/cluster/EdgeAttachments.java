package io.millrace.broker.cluster;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which of the other pods' sessions have told the owner of a slot what they hold of its queues: its claim made them tell. Until all have, a new owner would deliver
 * again what they hold. Safe for any thread.
 */
final class EdgeAttachments {
    /** How long one pod can hold the deliveries of a slot up. */
    static final int PATIENCE_MS = 3_000;

    private final List<EdgeProgress> slots;

    EdgeAttachments(int slotCount) {
        slots = IntStream.range(0, slotCount)
                .mapToObj(slot -> new EdgeProgress(PATIENCE_MS))
                .toList();
    }

    /** An edge, known by its link, will tell. */
    void connected(Object edge, String pod) {
        slots.forEach(slot -> slot.connected(edge, pod));
    }

    /** An edge has seen the claim of this epoch, and its sessions have told. */
    void attached(Object edge, int slot, long epoch) {
        slots.get(slot).applied(edge, epoch);
    }

    /** An edge is gone with its sessions. */
    void gone(Object edge) {
        slots.forEach(slot -> slot.gone(edge));
    }

    /** Runs {@code then} once: when all edges that are connected have told, or their time is up. */
    void whenAttached(int slot, long epoch, Runnable then) {
        slots.get(slot).whenApplied(epoch, then);
    }
}
