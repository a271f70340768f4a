package io.millrace.operator.storage;

import io.millrace.operator.storage.DiskFacts.Expansion;
import io.millrace.operator.storage.StorageFacts.SetFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Disks as they are found, in words of a test. */
final class StorageScene {

    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final List<DiskFacts> disks = new ArrayList<>();
    private @Nullable SetFacts set;

    /** A StatefulSet that makes disks of a size. */
    static StorageScene set(String size) {
        var scene = new StorageScene();
        scene.set = new SetFacts("uid", new DiskSize(size), false);
        return scene;
    }

    static StorageScene leavingSet(String size) {
        var scene = new StorageScene();
        scene.set = new SetFacts("uid", new DiskSize(size), true);
        return scene;
    }

    static StorageScene noSet() {
        return new StorageScene();
    }

    /** A disk that is as it asked to be. */
    StorageScene disk(String size) {
        return disk(size, size);
    }

    /** A disk that asks for a size and has another one. */
    StorageScene disk(String asked, String has) {
        return disk(asked, has, Expansion.ALLOWED, "");
    }

    StorageScene failing(String asked, String has, String trouble) {
        return disk(asked, has, Expansion.NOT_ASKED, trouble);
    }

    StorageScene disk(String asked, String has, Expansion expansion, String trouble) {
        return add(asked, Optional.of(has), "standard", expansion, Optional.empty(), trouble);
    }

    StorageScene inClass(String name, String size, Expansion expansion) {
        return add(size, Optional.of(size), name, expansion, Optional.empty(), "");
    }

    StorageScene unbound(String asked) {
        return add(asked, Optional.empty(), "standard", Expansion.NOT_ASKED, Optional.empty(), "");
    }

    /** A disk whose file system has been waiting, with a pod that is an hour old. */
    StorageScene pending(String asked, String has, Duration waiting) {
        return add(asked, Optional.of(has), "standard", Expansion.NOT_ASKED, Optional.of(NOW.minus(waiting)), "");
    }

    private StorageScene add(
            String asked,
            Optional<String> has,
            String storageClass,
            Expansion expansion,
            Optional<Instant> pendingSince,
            String trouble) {
        var node = disks.size();
        disks.add(new DiskFacts(
                node,
                "data-" + node,
                "v",
                has.isPresent(),
                new DiskSize(asked),
                has.map(DiskSize::new),
                storageClass,
                expansion,
                pendingSince,
                Optional.of(NOW.minus(Duration.ofHours(1))),
                trouble));
        return this;
    }

    StorageFacts facts() {
        return new StorageFacts(NOW, Optional.ofNullable(set), disks);
    }
}
