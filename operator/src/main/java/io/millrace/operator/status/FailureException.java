package io.millrace.operator.status;

/** Carries a failure from where it happens to where it becomes a condition. */
public final class FailureException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public FailureException(Failure failure, Throwable cause) {
        super(failure.message(), cause);
        this.failure = failure;
    }

    /** Returns the failure. */
    public Failure failure() {
        return failure;
    }
}
