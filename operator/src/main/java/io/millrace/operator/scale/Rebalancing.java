package io.millrace.operator.scale;

import io.millrace.api.v1alpha1.RebalanceMode;
import io.millrace.api.v1alpha1.RebalancePurpose;
import io.millrace.api.v1alpha1.RebalanceState;
import io.millrace.api.v1alpha1.RebalanceStatus;
import io.millrace.operator.rebalance.RebalancePlan;
import io.millrace.operator.scale.ScaleDecision.Phase;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Carries plans out: told in the status first, then moved batch by batch. What the status says is all that is remembered,
 * and it is enough: each plan is made anew from where the partitions lie.
 */
final class Rebalancing {

    private static final Set<RebalanceState> OPEN = EnumSet.of(
            RebalanceState.Planned,
            RebalanceState.AwaitingApproval,
            RebalanceState.Moving,
            RebalanceState.Cancelling,
            RebalanceState.Blocked);

    private final ScaleWish wish;
    private final ScaleScene scene;
    private final Optional<RebalanceStatus> before;

    Rebalancing(ScaleWish wish, ScaleScene scene) {
        this.wish = wish;
        this.scene = scene;
        this.before = scene.before();
    }

    /** Returns whether a rebalance has begun, or waits, and has not ended. */
    boolean isOpen() {
        return before.filter(one -> OPEN.contains(one.state())).isPresent();
    }

    /** Returns whether a rebalance for this purpose has begun, or waits, and has not ended. */
    boolean isOpen(RebalancePurpose purpose) {
        return before.filter(one -> one.purpose() == purpose && OPEN.contains(one.state()))
                .isPresent();
    }

    /** Returns whether brokers that were being emptied are wanted again: what has left them is to come back. */
    boolean isDrainUndone() {
        return isOpen(RebalancePurpose.Drain)
                && before.filter(
                                one -> one.state() == RebalanceState.Moving || one.state() == RebalanceState.Cancelling)
                        .isPresent();
    }

    /** Returns whether some plan is being carried out. */
    boolean isMoving() {
        return before.filter(one -> one.state() == RebalanceState.Moving).isPresent();
    }

    /** Takes the next step of a plan that is not empty. */
    ScaleDecision carryOut(RebalancePurpose purpose, RebalancePlan plan, Placing placing, String what) {
        var size = scene.size();
        if (wish.rebalance().mode() == RebalanceMode.Off) {
            return new ScaleDecision(
                    Phase.BLOCKED,
                    size,
                    List.of(),
                    ("%s: %d partitions have to be moved, and spec.rebalance.mode is Off;"
                                    + " set it to Auto or Approve, or move them yourself")
                            .formatted(what, plan.moves().size()),
                    Optional.of(blocked(purpose)));
        }
        if (wish.rebalance().mode() == RebalanceMode.Approve && !isApproved(purpose, plan)) {
            return new ScaleDecision(
                    Phase.AWAITING_APPROVAL,
                    size,
                    List.of(),
                    "%s: %d moves, %d bytes; to have them made, set spec.rebalance.approve to %s"
                            .formatted(what, plan.moves().size(), plan.bytes(), plan.hash()),
                    Optional.of(fresh(RebalanceState.AwaitingApproval, purpose, plan, placing)));
        }
        if (!isTold(purpose)) {
            return new ScaleDecision(
                    Phase.BUSY,
                    size,
                    List.of(),
                    "%s: %d moves are planned".formatted(what, plan.moves().size()),
                    Optional.of(fresh(RebalanceState.Planned, purpose, plan, placing)));
        }
        var batch = placing.firstBatch(plan);
        return new ScaleDecision(
                Phase.BUSY,
                size,
                List.of(new ScaleStep.StartMoves(
                        batch, scene.facts().live(), wish.rebalance().throttleBytesPerSec())),
                "%s: moving %d of %d partitions"
                        .formatted(what, batch.size(), plan.moves().size()),
                Optional.of(
                        isOpen(purpose) && isMoving()
                                ? progress(plan, placing)
                                : fresh(RebalanceState.Moving, purpose, plan, placing)));
    }

    /** Waits for moves that are under way. */
    ScaleDecision waitForMoves(Optional<RebalancePlan> rest, Placing placing, long moving) {
        var ours = isMoving() && rest.isPresent();
        return new ScaleDecision(
                Phase.BUSY,
                scene.size(),
                List.of(),
                "%d partitions are being moved".formatted(moving),
                ours ? Optional.of(progress(rest.get(), placing)) : before);
    }

    /** Says that a plan has been carried out; empty if none was. */
    Optional<ScaleDecision> finish(RebalancePurpose purpose) {
        if (!isOpen(purpose)) {
            return Optional.empty();
        }
        var open = before.orElseThrow();
        return Optional.of(new ScaleDecision(
                Phase.BUSY,
                scene.size(),
                open.movedBytes() > 0 || isMoving() ? List.of(new ScaleStep.ElectPreferredLeaders()) : List.of(),
                "all partitions lie where they should",
                Optional.of(new RebalanceStatus(
                        RebalanceState.Done,
                        purpose,
                        open.planHash(),
                        open.moves(),
                        open.bytes(),
                        open.bytes(),
                        null))));
    }

    /** The status while moves are taken back. */
    Optional<RebalanceStatus> cancelling() {
        return before.map(one -> new RebalanceStatus(
                RebalanceState.Cancelling,
                one.purpose(),
                one.planHash(),
                one.moves(),
                one.bytes(),
                one.movedBytes(),
                null));
    }

    /** The status of what cannot be done. */
    RebalanceStatus blocked(RebalancePurpose purpose) {
        return new RebalanceStatus(RebalanceState.Blocked, purpose, null, 0, 0, 0, null);
    }

    /** The first batch goes out once the status tells of the plan; and then the rest follows. */
    private boolean isTold(RebalancePurpose purpose) {
        return before.filter(one -> one.purpose() == purpose)
                .filter(one -> one.state() == RebalanceState.Planned
                        || one.state() == RebalanceState.AwaitingApproval
                        || one.state() == RebalanceState.Moving)
                .isPresent();
    }

    /** What was approved goes on until it is done, although what is left of it has another hash. */
    private boolean isApproved(RebalancePurpose purpose, RebalancePlan plan) {
        var approve = wish.rebalance().approve();
        return plan.hash().equals(approve)
                || (isMoving()
                        && before.filter(one -> one.purpose() == purpose && approve.equals(one.planHash()))
                                .isPresent());
    }

    private static RebalanceStatus fresh(
            RebalanceState state, RebalancePurpose purpose, RebalancePlan plan, Placing placing) {
        return new RebalanceStatus(
                state, purpose, plan.hash(), plan.moves().size(), plan.bytes(), 0, seconds(plan, placing));
    }

    /** Bytes that were written meanwhile have to be copied too: then the total grows. */
    private RebalanceStatus progress(RebalancePlan rest, Placing placing) {
        var told = before.orElseThrow();
        var left = rest.bytes() + placing.left();
        var total = Math.max(told.bytes(), told.movedBytes() + left);
        return new RebalanceStatus(
                RebalanceState.Moving,
                told.purpose(),
                told.planHash(),
                told.moves(),
                total,
                Math.max(told.movedBytes(), total - left),
                seconds(rest, placing));
    }

    private static long seconds(RebalancePlan plan, Placing placing) {
        var duration = placing.estimate(plan);
        return duration.toSeconds() + (duration.toMillisPart() > 0 ? 1 : 0);
    }
}
