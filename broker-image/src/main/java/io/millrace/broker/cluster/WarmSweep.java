package io.millrace.broker.cluster;

import io.millrace.broker.log.MessageLog;
import io.netty.channel.EventLoop;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what it takes to append to the topics of all queues, so that the first message after a silence does not wait; of queues that are gone it is forgotten. */
final class WarmSweep {
    private static final Logger LOG = LoggerFactory.getLogger(WarmSweep.class);

    private final EventLoop loop;
    private final MessageLog log;
    private final QueueTable table;

    WarmSweep(EventLoop loop, MessageLog log, QueueTable table) {
        this.loop = loop;
        this.log = log;
        this.table = table;
    }

    /** Does so for as long as the loop lives. */
    void start() {
        loop.scheduleWithFixedDelay(
                this::keep, MessageLog.IDLE_SECONDS / 2, MessageLog.IDLE_SECONDS / 2, TimeUnit.SECONDS);
    }

    private void keep() {
        var topics = table.all().stream()
                .map(queue -> queue.definition().topic())
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        log.keepReady(topics).exceptionally(failure -> {
            LOG.debug("the first message of some queues may wait: {}", failure.toString());
            return null;
        });
    }
}
