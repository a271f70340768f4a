package io.millrace.operator.intent;

import io.millrace.operator.status.Reason;

/** The result of reading a spec. */
public sealed interface Parsed<T> {

    /** The spec makes sense. */
    record Valid<T>(T intent) implements Parsed<T> {}

    /** It does not, and only its author can help. */
    record Invalid<T>(Reason reason, String problem) implements Parsed<T> {}
}
