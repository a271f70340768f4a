package io.millrace.operator.plan;

import io.millrace.operator.intent.ControllersIntent;
import io.millrace.operator.plan.roll.RollRules;
import io.millrace.operator.plan.roll.RollSnapshot;
import java.util.List;

/** Answers one question: which pods may restart now? What it asks for, one rule after the other, is in {@code plan.roll}. */
public final class RollPlanner {

    private RollPlanner() {}

    /** What the container of the log does. */
    public enum LogState {
        /** Its process does not run, or the pod is not scheduled: nothing it holds is served. */
        DOWN,
        /** Its process runs and is not ready. */
        RUNNING,
        /** It is ready: its broker serves, and its controller follows. */
        SERVING
    }

    /**
     * A pod of a broker, or of a dedicated controller.
     *
     * @param node node id
     * @param name its name
     * @param resourceVersion version it was seen in
     * @param ready whether it is ready, with all its containers
     * @param outdated whether it runs something else than is wanted
     * @param terminating whether it is on its way out
     * @param log what its log does
     * @param why why it is outdated, in words
     * @param trouble what keeps it from starting, as Kubernetes and its container put it, or empty
     */
    public record BrokerPodFacts(
            int node,
            String name,
            String resourceVersion,
            boolean ready,
            boolean outdated,
            boolean terminating,
            LogState log,
            String why,
            String trouble) {

        /** A pod whose log serves if it is ready, and does not run otherwise. */
        public BrokerPodFacts(
                int node, String name, String resourceVersion, boolean ready, boolean outdated, boolean terminating) {
            this(
                    node,
                    name,
                    resourceVersion,
                    ready,
                    outdated,
                    terminating,
                    ready ? LogState.SERVING : LogState.DOWN,
                    outdated ? "settings have changed" : "",
                    "");
        }

        /** The same pod, to be restarted for another reason, unless it is for one of its own. */
        public BrokerPodFacts outdatedBy(String reason) {
            return outdated
                    ? this
                    : new BrokerPodFacts(node, name, resourceVersion, ready, true, terminating, log, reason, trouble);
        }

        /** The same pod, which needs no restart. */
        public BrokerPodFacts upToDate() {
            return new BrokerPodFacts(node, name, resourceVersion, ready, false, terminating, log, "", trouble);
        }

        /** Whether it holds replicas; a dedicated controller does not. */
        public boolean isBroker() {
            return !ControllersIntent.isDedicated(node);
        }
    }

    /** The answer. */
    public sealed interface Verdict {
        /** All pods run what is wanted. */
        record Done() implements Verdict {}

        /** Something is on its way; wait for it. */
        record Wait(String forWhat) implements Verdict {}

        /** As {@link Wait}, and brokers must be told to lead again what they led before they were restarted. */
        record LeadAgain(String forWhat) implements Verdict {}

        /** A restart is due and would be unsafe. */
        record Blocked(String by) implements Verdict {}

        /**
         * These pods may restart now, all at once.
         *
         * @param pods the batch
         * @param why why they are restarted
         * @param checks what was looked at to allow it
         */
        record Restart(List<BrokerPodFacts> pods, String why, String checks) implements Verdict {
            public Restart {
                pods = List.copyOf(pods);
            }
        }
    }

    /** Decides. */
    public static Verdict decide(RollSnapshot roll) {
        return RollRules.verdict(roll);
    }

    /**
     * Which pods of a batch may still restart, now that facts have been read anew: those that would be chosen again. Less than
     * a batch that is safe is safe, too.
     */
    public static List<BrokerPodFacts> stillSafe(Verdict.Restart batch, RollSnapshot now) {
        return decide(now) instanceof Verdict.Restart(var pods, var why, var checks)
                ? batch.pods().stream().filter(pods::contains).toList()
                : List.of();
    }
}
