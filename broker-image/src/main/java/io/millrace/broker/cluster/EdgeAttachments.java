package io.millrace.broker.cluster;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the other pods' sessions have told the owner of a slot. A new owner waits until all have told what they hold of its queues: its claim made them tell, and before
 * it would deliver again what they hold. An owner that leaves waits until all send nothing more: what they settled would be lost. Safe for any thread.
 */
final class EdgeAttachments {
    /** How long one pod can hold the deliveries of a slot up. */
    static final int PATIENCE_MS = 3_000;

    private static final int DETACH_PATIENCE_MS = 1_000;

    /** A pod whose clients use queues of this pod, known by its link. */
    interface Edge {
        String pod();

        void send(LinkMessage message);
    }

    private final Set<Edge> edges = ConcurrentHashMap.newKeySet();
    private final List<EdgeProgress> attached;
    private final List<EdgeProgress> detached;

    EdgeAttachments(int slotCount) {
        attached = ofSlots("attaching to", slotCount, PATIENCE_MS);
        detached = ofSlots("detaching from", slotCount, DETACH_PATIENCE_MS);
    }

    private static List<EdgeProgress> ofSlots(String what, int count, int patienceMs) {
        return IntStream.range(0, count)
                .mapToObj(slot -> new EdgeProgress(what + " slot " + slot, patienceMs))
                .toList();
    }

    /** An edge is there, and will tell. */
    void connected(Edge edge) {
        edges.add(edge);
        all().forEach(slot -> slot.connected(edge, edge.pod()));
    }

    private Stream<EdgeProgress> all() {
        return Stream.concat(attached.stream(), detached.stream());
    }

    /** An edge has seen the claim of this epoch, and its sessions have told. */
    void attached(Edge edge, int slot, long epoch) {
        attached.get(slot).applied(edge, epoch);
    }

    /** An edge sends nothing more to the owner of this epoch. */
    void detached(Edge edge, int slot, long epoch) {
        detached.get(slot).applied(edge, epoch);
    }

    /** An edge is gone with its sessions. */
    void gone(Edge edge) {
        edges.remove(edge);
        all().forEach(slot -> slot.gone(edge));
    }

    /** Runs {@code then} once: when all edges that are connected have told, or their time is up. */
    void whenAttached(int slot, long epoch, Runnable then) {
        attached.get(slot).whenApplied(epoch, then);
    }

    /** Asks all edges to send nothing more to the owner of this epoch, and runs {@code then} once: when everything they sent is here, or their time is up. */
    void detach(int slot, long epoch, Runnable then) {
        edges.forEach(edge -> edge.send(new LinkMessage.Detach(slot, epoch)));
        detached.get(slot).whenApplied(epoch, then);
    }
}
