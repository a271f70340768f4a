package io.millrace.operator.plan.roll;

import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.LogState;

/** One pod of a {@link SimulatedCluster}. Times are in ticks. */
final class SimulatedNode {

    enum State {
        UP,
        ENDING,
        STARTING,
        CRASHED
    }

    final int id;
    final String rack;
    State state = State.UP;
    /** Which settings it runs. */
    int revision;
    /** Ticks until the state changes. */
    int left;
    /** Ticks it has been away. */
    int away;
    /** Ticks until its controller has caught up; it is not ready before. */
    int voterBehind;
    /** Ticks until the queue layer is ready. */
    int queuesBehind;

    private int version;

    SimulatedNode(int id, String rack) {
        this.id = id;
        this.rack = rack;
    }

    boolean isUp() {
        return state == State.UP;
    }

    boolean isBroker() {
        return id < 1000;
    }

    /** Whatever happens to a pod gives it another version, as in Kubernetes. */
    void become(State next, int ticks) {
        state = next;
        left = ticks;
        version++;
    }

    boolean isReady() {
        return isUp() && voterBehind == 0 && queuesBehind == 0;
    }

    BrokerPodFacts facts(int wanted) {
        var outdated = revision != wanted;
        return new BrokerPodFacts(
                id,
                name(),
                "v" + version,
                isReady(),
                outdated,
                state == State.ENDING,
                log(),
                outdated ? "settings have changed" : "",
                state == State.CRASHED ? "CrashLoopBackOff" : "");
    }

    private LogState log() {
        return switch (state) {
            case UP -> voterBehind == 0 ? LogState.SERVING : LogState.RUNNING;
            case STARTING, ENDING -> LogState.RUNNING;
            case CRASHED -> LogState.DOWN;
        };
    }

    String name() {
        return "p-" + id;
    }
}
