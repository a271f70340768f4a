package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.Rebalance;
import io.millrace.api.v1alpha1.RebalanceMode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How partitions are moved, all defaults filled in.
 *
 * @param mode who decides
 * @param throttleBytesPerSec most that moves copy onto, and off, each broker
 * @param approve hash of the plan that may be carried out, or empty
 */
public record RebalanceIntent(RebalanceMode mode, long throttleBytesPerSec, String approve) {

    private static final long THROTTLE = 50L << 20;

    /** Reads spec.rebalance. */
    public static RebalanceIntent of(@Nullable Rebalance rebalance) {
        return rebalance == null
                ? new RebalanceIntent(RebalanceMode.Auto, THROTTLE, "")
                : new RebalanceIntent(
                        Objects.requireNonNullElse(rebalance.mode(), RebalanceMode.Auto),
                        Objects.requireNonNullElse(rebalance.throttleBytesPerSec(), THROTTLE),
                        Objects.requireNonNullElse(rebalance.approve(), ""));
    }
}
