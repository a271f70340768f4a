package io.millrace.operator.trust;

import java.time.Duration;

/** What is next about an authority. */
public sealed interface RenewalStep {

    /** Nothing. */
    record Settled() implements RenewalStep {}

    /** There is none: found it, or take the one that is given. */
    record Found() implements RenewalStep {}

    /** Have another one trusted beside what is trusted already. */
    record TrustNext(String why) implements RenewalStep {}

    /** Have it issue, for everybody trusts it. */
    record IssueFromNext(String checks) implements RenewalStep {}

    /** Have nothing else trusted, for nothing that others have issued is in use. */
    record DropFormer(String checks) implements RenewalStep {}

    /**
     * Wait.
     *
     * @param phase for which step
     * @param what for what
     * @param look when to look again
     */
    record Await(Phase phase, String what, Duration look) implements RenewalStep {}

    /** There is none, and none can be made. */
    record Impossible(String problem) implements RenewalStep {}

    /** What a renewal is at. */
    enum Phase {
        /** Two are trusted, and the former still issues. */
        TRUSTING,
        /** The new one issues, and the former is still trusted. */
        ISSUING
    }

    /** Whether it writes something. */
    default boolean acts() {
        return switch (this) {
            case Settled settled -> false;
            case Await await -> false;
            case Impossible impossible -> false;
            case Found found -> true;
            case TrustNext trust -> true;
            case IssueFromNext issue -> true;
            case DropFormer drop -> true;
        };
    }
}
