package io.millrace.operator.intent;

import java.time.Duration;
import java.util.Optional;

/**
 * Which feature levels a cluster is to have.
 *
 * @param release those of the version's release; empty if this operator does not know the release
 * @param asked those a person asks for by name; empty: those of the release, once the version has proven itself
 * @param soak how long all brokers must have run the version and been well for that
 */
public record UpgradeIntent(Optional<FeatureLevels> release, Optional<FeatureLevels> asked, Duration soak) {

    /** What {@code spec.metadataVersion} says where it names no level. */
    static final String AUTO = "auto";

    /** Returns the levels to be reached; empty if they are not known. */
    public Optional<FeatureLevels> target() {
        return asked.or(() -> release);
    }
}
