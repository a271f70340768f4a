package io.millrace.operator.status;

/** What went wrong, as a value. */
public sealed interface Failure {

    /** What is so, and what to do. */
    String message();

    /** The brokers did not answer, or not in time. */
    record BrokerUnavailable(String message) implements Failure {}

    /** The broker understood and refused: asking again gets the same answer. */
    record Rejected(String message) implements Failure {}

    /** Returns the reason shown for it. */
    default Reason reason() {
        return switch (this) {
            case BrokerUnavailable ignored -> Reason.BROKER_UNAVAILABLE;
            case Rejected ignored -> Reason.REJECTED;
        };
    }
}
