package io.millrace.operator.plan;

import java.util.Collection;
import java.util.stream.Collectors;

/** Something that can be done, in words for Events and conditions. */
public interface Described {

    /** Says what is done, such as "grow to 6 partitions"; never a password. */
    String words();

    /** Says what is done by all of them. */
    static String words(Collection<? extends Described> actions) {
        return actions.stream().map(Described::words).collect(Collectors.joining("; "));
    }
}
