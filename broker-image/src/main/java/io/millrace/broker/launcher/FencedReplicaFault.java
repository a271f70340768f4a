package io.millrace.broker.launcher;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Arrays;

/**
 * Keeps a fault of Kafka's out of the log: while a broker is away, every change of metadata fails to be told to the quota callback, and
 * is logged with its stack (KAFKA-20746, mended in 4.2.2 and 4.3.2). {@link DiskGuard} needs nothing of what it would be told.
 */
public final class FencedReplicaFault extends Filter<ILoggingEvent> {
    private static final String METADATA = "org.apache.kafka.metadata.MetadataCache";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        var thrown = event.getThrowableProxy();
        return thrown != null
                        && NullPointerException.class.getName().equals(thrown.getClassName())
                        && Arrays.stream(thrown.getStackTraceElementProxyArray())
                                .map(StackTraceElementProxy::getStackTraceElement)
                                .anyMatch(FencedReplicaFault::isOfTheCluster)
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }

    private static boolean isOfTheCluster(StackTraceElement frame) {
        return METADATA.equals(frame.getClassName()) && "toCluster".equals(frame.getMethodName());
    }
}
