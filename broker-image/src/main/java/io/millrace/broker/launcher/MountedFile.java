package io.millrace.broker.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A file of one line that is mounted into the container, and may come while it runs.
 *
 * @param folder where it is mounted
 * @param name its name there
 */
record MountedFile(Path folder, String name) {

    /** Longer than any pod lives. */
    static final Duration FOR_EVER = Duration.ofDays(36_500);

    Path path() {
        return folder.resolve(name);
    }

    /** What it says; empty while it is not there, or is empty. */
    Optional<String> read() throws IOException {
        if (!Files.exists(path())) {
            return Optional.empty();
        }
        return Optional.of(Files.readString(path()).strip()).filter(line -> !line.isEmpty());
    }

    /**
     * Waits until it says something. Its folder must be there.
     *
     * @param patience how long to wait
     * @return empty if it still says nothing then
     */
    Optional<String> await(Duration patience) throws IOException, InterruptedException {
        var begin = System.nanoTime();
        try (var watch = folder.getFileSystem().newWatchService()) {
            folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            while (true) {
                var line = read();
                var left = patience.toNanos() - (System.nanoTime() - begin);
                if (line.isPresent() || left <= 0) {
                    return line;
                }
                // What Kubernetes mounts is replaced by renaming a link, which not every file system reports.
                var changed = watch.poll(Math.min(left, Duration.ofSeconds(2).toNanos()), TimeUnit.NANOSECONDS);
                if (changed != null) {
                    changed.pollEvents();
                    changed.reset();
                }
            }
        }
    }
}
