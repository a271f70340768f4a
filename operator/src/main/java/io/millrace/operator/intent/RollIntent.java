package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.AllowUnavailable;
import io.millrace.api.v1alpha1.BrokerClusterSpec;
import io.millrace.api.v1alpha1.Rolling;
import java.util.Objects;

/**
 * How brokers are restarted, all defaults filled in.
 *
 * @param maxUnavailable pods of one batch at most
 * @param allowUnavailable consent to restarts that make partitions unavailable
 * @param requireFullIsr whether a batch waits until every replica of its partitions is in sync
 * @param restartAt any new value restarts every broker once; empty: none was ever given
 */
public record RollIntent(
        int maxUnavailable, AllowUnavailable allowUnavailable, boolean requireFullIsr, String restartAt) {

    /** A third of the brokers may be away: what a cluster over three racks bears when it loses one. */
    private static final int SHARE = 3;

    private static final Rolling NOTHING_SAID = new Rolling(null, null, null, null);

    public RollIntent {
        if (maxUnavailable < 1) {
            throw new IllegalArgumentException("nothing would ever restart");
        }
    }

    /** What pods are made with: a value that is taken back is no new value, and pods keep the last one. */
    public String restartAfter(String last) {
        return restartAt.isEmpty() ? last : restartAt;
    }

    /** Reads spec.rolling. */
    public static RollIntent of(BrokerClusterSpec spec) {
        var rolling = Objects.requireNonNullElse(spec.rolling(), NOTHING_SAID);
        return new RollIntent(
                Objects.requireNonNullElseGet(rolling.maxUnavailable(), () -> Math.max(1, spec.replicas() / SHARE)),
                Objects.requireNonNullElseGet(
                        rolling.allowUnavailable(),
                        () -> spec.replicas() == 1 ? AllowUnavailable.SingleReplica : AllowUnavailable.Never),
                Objects.requireNonNullElse(rolling.requireFullIsr(), true),
                Objects.requireNonNullElse(rolling.restartAt(), ""));
    }
}
