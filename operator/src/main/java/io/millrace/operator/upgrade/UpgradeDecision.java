package io.millrace.operator.upgrade;

import io.millrace.api.v1alpha1.FeatureChange;
import io.millrace.api.v1alpha1.UpgradeStatus;
import io.millrace.operator.status.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is next on the way to a cluster's version and feature levels.
 *
 * @param phase what kind of moment this is
 * @param status what the status is to say
 * @param message why something is refused; empty if nothing is
 * @param nextLook when to look again without being woken
 */
public record UpgradeDecision(
        Phase phase, Optional<UpgradeStatus> status, String message, Optional<Duration> nextLook) {

    /** Kinds of moments. */
    public enum Phase {
        /** All levels are as they should be, or nothing is known about that. */
        SETTLED,
        /** Something has to be so before levels are made final. */
        WAITING,
        /** The version has to prove itself. */
        SOAKING,
        /** The time has come, and the status says so first. */
        ANNOUNCED,
        /** The levels are to be made final now. */
        DUE,
        /** The levels that are asked for cannot be had: only a change helps. */
        LEVELS_REFUSED,
        /** The version cannot run the levels that are final already, and is not run: only a change helps. */
        VERSION_REFUSED
    }

    /** Nothing to do. */
    public static UpgradeDecision settled() {
        return new UpgradeDecision(Phase.SETTLED, Optional.empty(), "", Optional.empty());
    }

    /** Returns the levels to be made final now. */
    public List<FeatureChange> due() {
        return phase == Phase.DUE ? status.map(UpgradeStatus::features).orElseThrow() : List.of();
    }

    /** Returns the reason, if something that is asked for is refused for good. */
    public Optional<Reason> refusal() {
        return switch (phase) {
            case VERSION_REFUSED -> Optional.of(Reason.DOWNGRADE_REFUSED);
            case LEVELS_REFUSED -> Optional.of(Reason.LEVEL_REFUSED);
            case SETTLED, WAITING, SOAKING, ANNOUNCED, DUE -> Optional.empty();
        };
    }
}
