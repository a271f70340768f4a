package io.millrace.operator.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The disks of a cluster, and the StatefulSet that makes them.
 *
 * @param now the time they were looked at
 * @param set the StatefulSet, if there is one
 * @param disks the disks of brokers that are there to stay
 */
public record StorageFacts(Instant now, Optional<SetFacts> set, List<DiskFacts> disks) {

    /**
     * A kubelet that can grow a file system in use does so when it next looks at the pod, every 60 to 90 s; Kubernetes does not
     * say which of them can.
     */
    static final Duration ONLINE_GROWTH = Duration.ofMinutes(3);

    /**
     * The StatefulSet.
     *
     * @param uid which one it is: another of the same name has another one
     * @param size the size of disks it makes
     * @param leaving whether it is on its way out
     */
    public record SetFacts(String uid, DiskSize size, boolean leaving) {}

    public StorageFacts {
        disks = List.copyOf(disks);
    }

    /** Nothing is there. */
    public static StorageFacts nothing() {
        return new StorageFacts(Instant.EPOCH, Optional.empty(), List.of());
    }

    /**
     * Returns the brokers that have to be restarted for their disks, and why in words: their file systems wait to grow, have been
     * waiting for longer than one that grows in use does, and have waited since before the pod was made. After a restart the same
     * wait does not count any more, so that no broker is restarted twice for it.
     */
    public Map<Integer, String> restarts() {
        var restarts = new HashMap<Integer, String>();
        // A pod that goes while there is no StatefulSet does not come back.
        if (set.filter(one -> !one.leaving()).isPresent()) {
            disks.stream()
                    .filter(this::waitsForRestart)
                    .forEach(disk -> restarts.put(disk.node(), "the file system of its disk can grow now"));
        }
        return restarts;
    }

    private boolean waitsForRestart(DiskFacts disk) {
        return disk.pendingSince()
                .filter(since -> !now.isBefore(since.plus(ONLINE_GROWTH)))
                .filter(since -> disk.podSince().filter(since::isAfter).isPresent())
                .isPresent();
    }

    /** What disks are to have unless it is changed: what the StatefulSet says; without one, what all disks there are have at least. */
    Optional<DiskSize> former() {
        return set.map(SetFacts::size)
                .or(() -> disks.stream().map(DiskFacts::asked).min(DiskSize.BY_AMOUNT));
    }
}
