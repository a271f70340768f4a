package io.millrace.broker.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What PEM files say that may be replaced at any time. While new files are wrong or do not fit together, it is what the last good ones said.
 * Safe for any thread.
 */
final class LastGoodPem {
    private static final Logger LOG = LoggerFactory.getLogger(LastGoodPem.class);
    private static final long LOOK_AGAIN_NS = Duration.ofSeconds(1).toNanos();

    private final TlsFiles files;
    private List<FileTime> times;
    private PemFiles.Loaded loaded;
    private long lookedAt;

    /**
     * Reads the files.
     *
     * @throws IOException when one cannot be read
     * @throws GeneralSecurityException when they are not what they should be, or key and certificate do not belong together
     */
    LastGoodPem(TlsFiles files) throws IOException, GeneralSecurityException {
        this.files = files;
        loaded = PemFiles.load(files);
        times = times(files);
        lookedAt = System.nanoTime();
    }

    /** Looks at the files once a second at most. */
    synchronized PemFiles.Loaded now() {
        if (System.nanoTime() - lookedAt < LOOK_AGAIN_NS) {
            return loaded;
        }
        lookedAt = System.nanoTime();
        try {
            var newest = times(files);
            if (!newest.equals(times)) {
                loaded = PemFiles.load(files);
                times = newest;
                LOG.info("using the new certificate {}", files.certificate());
            }
        } catch (IOException | GeneralSecurityException e) {
            LOG.warn(
                    "the certificate {} cannot be used, going on with the one before: {}",
                    files.certificate(),
                    e.getMessage());
        }
        return loaded;
    }

    private static List<FileTime> times(TlsFiles files) throws IOException {
        var times = new ArrayList<FileTime>();
        for (var file : files.all()) {
            times.add(Files.getLastModifiedTime(file));
        }
        return times;
    }
}
