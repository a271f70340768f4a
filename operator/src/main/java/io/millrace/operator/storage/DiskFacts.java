package io.millrace.operator.storage;

import java.time.Instant;
import java.util.Optional;

/**
 * The disk of a broker: its PersistentVolumeClaim.
 *
 * @param node node id of the broker
 * @param name name of the claim
 * @param resourceVersion version it was seen in
 * @param bound whether it has a volume; Kubernetes changes the size of no other
 * @param asked the size it asks for
 * @param has the size its file system has; empty while it has no volume
 * @param storageClass name of its StorageClass, or empty
 * @param expansion whether volumes of that class can grow
 * @param pendingSince since when the volume has grown and its file system waits to, if it does
 * @param podSince when the pod that uses it was made, if there is one
 * @param trouble what keeps it from growing, as Kubernetes puts it, or empty
 */
public record DiskFacts(
        int node,
        String name,
        String resourceVersion,
        boolean bound,
        DiskSize asked,
        Optional<DiskSize> has,
        String storageClass,
        Expansion expansion,
        Optional<Instant> pendingSince,
        Optional<Instant> podSince,
        String trouble) {

    /** What a StorageClass says about growing. */
    public enum Expansion {
        /** Its volumes can grow. */
        ALLOWED,
        /** They cannot: {@code allowVolumeExpansion} is not true. */
        REFUSED,
        /** There is no such class, or the disk has none: its volume was made by hand. */
        NO_CLASS,
        /** The operator may not read it. */
        UNREADABLE,
        /** It was not asked: the disk does not have to grow. */
        NOT_ASKED
    }

    /** Whether it has yet to ask for a size. */
    boolean isDue(DiskSize size) {
        return asked.isBelow(size);
    }

    /** Whether its file system has a size. */
    boolean hasGrownTo(DiskSize size) {
        return !isDue(size) && has.filter(one -> !one.isBelow(size)).isPresent();
    }
}
