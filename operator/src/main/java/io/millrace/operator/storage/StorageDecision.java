package io.millrace.operator.storage;

import io.millrace.operator.status.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is next about the disks of a cluster.
 *
 * @param size the size they are to have: what is asked for, or what they have while that is refused
 * @param template the size of disks the StatefulSet makes; it cannot be changed in one that is there
 * @param step what becomes of the StatefulSet
 * @param due disks that are to be told now to grow to {@code size}
 * @param refusal why the size that is asked for cannot be had; empty if it can
 * @param failure which disks Kubernetes cannot grow, and why; empty if there are none
 * @param progress how far growing is, in words; empty if all is as it should be
 */
public record StorageDecision(
        DiskSize size,
        DiskSize template,
        SetStep step,
        List<DiskFacts> due,
        Optional<String> refusal,
        Optional<String> failure,
        Optional<String> progress) {

    /** What can become of the StatefulSet. */
    public enum SetStep {
        /** It stays, or is made. */
        KEEP,
        /** It is deleted and leaves its pods and disks, so that it can be made again with another size. */
        RELEASE,
        /** It is going: another one is made when it is gone. */
        AWAIT
    }

    private static final Duration LATER = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(2);

    public StorageDecision {
        due = List.copyOf(due);
    }

    /** Nothing to do. */
    public static StorageDecision settled(DiskSize size) {
        return new StorageDecision(
                size, size, SetStep.KEEP, List.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Returns the reason and the words for what a status is to say of disks; empty if all is as asked. */
    public Optional<Told> told() {
        return refusal.map(why -> new Told(Reason.STORAGE_REFUSED, why))
                .or(() -> failure.map(why -> new Told(Reason.GROWTH_FAILED, why)))
                .or(() -> progress.map(how -> new Told(Reason.GROWING, how)));
    }

    /**
     * What a status says.
     *
     * @param reason its reason
     * @param message its message
     */
    public record Told(Reason reason, String message) {}

    /** Returns when to look again without being woken: nobody tells of a changed StorageClass, or that time has passed. */
    public Optional<Duration> nextLook() {
        return step == SetStep.KEEP && due.isEmpty() ? told().map(any -> LATER) : Optional.of(SOON);
    }
}
