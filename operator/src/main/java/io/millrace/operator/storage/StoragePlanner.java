package io.millrace.operator.storage;

import io.millrace.operator.storage.DiskFacts.Expansion;
import io.millrace.operator.storage.StorageDecision.SetStep;
import io.millrace.operator.storage.StorageFacts.SetFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides how disks come to another size: each claim is told the new size; when all have it, the StatefulSet is deleted without its
 * pods and made again with it, for brokers to come. A growth that fails can be given up until then. Everything follows from what
 * is there, so that it goes on wherever it was left.
 */
public final class StoragePlanner {

    private StoragePlanner() {}

    /**
     * Decides.
     *
     * @param wish the size that is asked for
     * @param facts what there is
     * @param calm whether no broker is on its way out: one whose pod is forgotten amid that would come back
     */
    public static StorageDecision decide(DiskSize wish, StorageFacts facts, boolean calm) {
        var former = facts.former();
        if (former.filter(wish::isBelow).isPresent()) {
            var has = former.get();
            return toward(has, facts, calm, Optional.of(shrinking(wish, has)));
        }
        var rigid = facts.disks().stream()
                .filter(disk -> disk.bound() && disk.isDue(wish))
                .filter(disk -> isRigid(disk.expansion()))
                .toList();
        return rigid.isEmpty()
                ? toward(wish, facts, calm, Optional.empty())
                : toward(
                        former.orElse(wish),
                        facts,
                        calm,
                        Optional.of(rigid(rigid.getFirst(), wish, former.orElse(wish))));
    }

    private static StorageDecision toward(DiskSize size, StorageFacts facts, boolean calm, Optional<String> refusal) {
        var due = facts.disks().stream()
                .filter(disk -> disk.bound() && disk.isDue(size))
                .filter(disk -> disk.expansion() == Expansion.ALLOWED)
                .toList();
        var missing = facts.disks().stream()
                .filter(disk -> disk.isDue(size) || (disk.bound() && !disk.hasGrownTo(size)))
                .toList();
        var mayRelease = calm && missing.stream().noneMatch(DiskFacts::bound);
        var step = facts.set().map(set -> step(set, size, mayRelease)).orElse(SetStep.KEEP);
        // Kubernetes refuses another size in a StatefulSet that is there.
        var template = facts.set().map(SetFacts::size).orElse(size);
        return new StorageDecision(
                size,
                template,
                step,
                due,
                refusal,
                failure(size, facts),
                refusal.isPresent()
                        ? Optional.empty()
                        : progress(size, template, step, missing, facts.disks().size()));
    }

    private static SetStep step(SetFacts set, DiskSize size, boolean mayRelease) {
        if (set.leaving()) {
            return SetStep.AWAIT;
        }
        return set.size().isBelow(size) && mayRelease ? SetStep.RELEASE : SetStep.KEEP;
    }

    private static boolean isRigid(Expansion expansion) {
        return switch (expansion) {
            case REFUSED, NO_CLASS, UNREADABLE -> true;
            case ALLOWED, NOT_ASKED -> false;
        };
    }

    private static String shrinking(DiskSize wish, DiskSize has) {
        return ("spec.storage.size is %s and disks are of %s: a disk cannot shrink. Set spec.storage.size to %s, or make a new"
                        + " cluster with smaller disks")
                .formatted(wish, has, has);
    }

    private static String rigid(DiskFacts disk, DiskSize wish, DiskSize former) {
        var storageClass = disk.storageClass();
        var help =
                switch (disk.expansion()) {
                    case REFUSED ->
                        "StorageClass %s does not say allowVolumeExpansion: true. Set that, if its driver can grow volumes"
                                .formatted(storageClass);
                    case NO_CLASS ->
                        storageClass.isEmpty()
                                ? "it has no StorageClass, and Kubernetes grows no volume that was made by hand. Make a new cluster"
                                : "StorageClass %s does not exist any more. Make it again, with allowVolumeExpansion: true"
                                        .formatted(storageClass);
                    case UNREADABLE ->
                        "the operator may not read StorageClass %s. Give it the right to get storageclasses"
                                .formatted(storageClass);
                    case ALLOWED, NOT_ASKED -> throw new IllegalArgumentException(disk.name());
                };
        var message = "disk %s keeps %s and does not grow to %s: %s".formatted(disk.name(), disk.asked(), wish, help);
        return former.isBelow(wish) ? message + ", or set spec.storage.size to " + former : message;
    }

    /** Told as long as there is a disk that is to grow and has not. */
    private static Optional<String> failure(DiskSize size, StorageFacts facts) {
        var failed = facts.disks().stream()
                .filter(disk -> !disk.trouble().isEmpty() && !disk.hasGrownTo(size))
                .map(disk -> "disk %s has %s and could not grow to %s: %s"
                        .formatted(
                                disk.name(), disk.has().map(DiskSize::text).orElse("no volume"), size, disk.trouble()))
                .collect(Collectors.joining("; "));
        return failed.isEmpty()
                ? Optional.empty()
                : Optional.of(failed + ". Kubernetes goes on trying; brokers go on with what they have");
    }

    private static Optional<String> progress(
            DiskSize size, DiskSize template, SetStep step, List<DiskFacts> missing, int all) {
        if (missing.isEmpty() && step == SetStep.KEEP && !template.isBelow(size)) {
            return Optional.empty();
        }
        var words = new ArrayList<String>();
        words.add("%d of %d disks have grown to %s".formatted(all - missing.size(), all, size));
        var unbound = names(missing.stream().filter(disk -> !disk.bound()).toList());
        if (!unbound.isEmpty()) {
            words.add("not bound to a volume yet: " + unbound);
        }
        var pending = names(
                missing.stream().filter(disk -> disk.pendingSince().isPresent()).toList());
        if (!pending.isEmpty()) {
            words.add("the volume has grown, and its file system is about to: " + pending);
        }
        if (step != SetStep.KEEP) {
            words.add("the StatefulSet is being made again, and its pods go on");
        }
        return Optional.of(String.join("; ", words));
    }

    private static String names(List<DiskFacts> disks) {
        return disks.stream().map(DiskFacts::name).collect(Collectors.joining(", "));
    }
}
