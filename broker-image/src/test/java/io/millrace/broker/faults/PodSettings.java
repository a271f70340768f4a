package io.millrace.broker.faults;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What the pods of a test class are beyond the usual. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface PodSettings {
    /** More lines of {@code log.properties}. */
    String[] log() default {};

    /** More lines of {@code queues.properties}. */
    String[] queues() default {};

    /** Whether queue layers reach the log, that of their own pods too, through proxies, which can be cut. */
    boolean logByProxy() default false;

    /** Whether queue layers can be stopped at a line of theirs: {@link StoppedAt}. */
    boolean stoppable() default false;

    /** So small is the disk of the first pod; 0 for that of the machine. */
    int diskMegabytes() default 0;
}
