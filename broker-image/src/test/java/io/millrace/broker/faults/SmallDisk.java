package io.millrace.broker.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A small disk, in memory, that somebody else fills; it takes root to mount. */
final class SmallDisk implements AutoCloseable {
    private static final int MEGABYTE = 1 << 20;

    private final Path folder;
    private final Path filler;

    /** Mounts it at an empty folder, which is made. */
    SmallDisk(Path folder, int megabytes) throws IOException {
        this.folder = Files.createDirectories(folder);
        filler = folder.resolve("filler");
        run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "millrace-test", folder.toString());
    }

    /** The share, of 1, that is free. */
    private double free() throws IOException {
        var store = Files.getFileStore(folder);
        return (double) store.getUsableSpace() / store.getTotalSpace();
    }

    /** Fills it to the last byte. */
    void fill() throws IOException {
        try (var out = FileChannel.open(
                filler, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            while (free() > 0) {
                out.write(ByteBuffer.allocate(MEGABYTE));
            }
        }
    }

    /** Gives the room back. */
    void clear() throws IOException {
        Files.deleteIfExists(filler);
    }

    /** Whoever still has files open there keeps them. */
    @Override
    public void close() throws IOException {
        run("umount", "--lazy", folder.toString());
    }

    private static void run(String... command) throws IOException {
        try {
            if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
                throw new IOException("failed: " + String.join(" ", command));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
