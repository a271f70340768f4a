package io.millrace.broker.cluster;

import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.Topics;
import io.millrace.broker.topology.QueueHistory;
import io.millrace.broker.topology.TopologyCommand;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets queues that were changed leave the topics they had before, once all in there is settled. Such a topic is closed first: a pod that was frozen when the queue moved
 * could still write to it, and must fail to instead of confirming what nobody would read.
 */
final class FormerLogSweep {
    private static final Logger LOG = LoggerFactory.getLogger(FormerLogSweep.class);

    /** Longer than the leaders of a topic take to hear that it is closed. */
    private static final int SECONDS = 2;

    /** How far the leaving of a topic is. */
    private enum Step {
        CLOSING,
        /** Since the look before, or longer. */
        CLOSED,
        LEAVING
    }

    private final EventLoop loop;
    private final Topics topics;
    private final Supplier<List<QueueHandle>> owned;
    private final TopologyAccess topology;
    private final Map<String, Step> steps = new HashMap<>();

    /** @param owned the queues this pod serves */
    FormerLogSweep(EventLoop loop, Topics topics, Supplier<List<QueueHandle>> owned, TopologyAccess topology) {
        this.loop = loop;
        this.topics = topics;
        this.owned = owned;
        this.topology = topology;
    }

    /** Looks, and again after a while, for as long as the loop lives. */
    void start() {
        loop.scheduleWithFixedDelay(this::look, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        var former = new HashSet<String>();
        for (var queue : owned.get()) {
            var history = queue.definition().history();
            for (var log : history.switched() ? history.formerLogs() : List.<QueueHistory.FormerLog>of()) {
                former.add(log.topic());
                look(queue, log.topic());
            }
        }
        steps.keySet().retainAll(former);
    }

    private void look(QueueHandle queue, String topic) {
        var parts =
                queue.logs().stream().filter(part -> part.topic().equals(topic)).toList();
        topics.ranges(parts).whenComplete((ranges, failure) -> {
            if (failure == null) {
                queue.loop().execute(() -> {
                    if (isDone(queue, topic, ranges)) {
                        loop.execute(() -> leave(queue, topic));
                    }
                });
            } else {
                LOG.debug("topic {} is looked at later: {}", topic, failure.toString());
            }
        });
    }

    /** Whether everything there is settled, and if settled messages are kept, old enough to be gone. */
    private static boolean isDone(QueueHandle queue, String topic, Map<LogPart, Topics.Range> ranges) {
        var served = queue.owned();
        if (served == null) {
            return false;
        }
        boolean kept = queue.settings().keptMs().isPresent();
        return served.levels().stream()
                .filter(level -> level.part().topic().equals(topic))
                .allMatch(level -> {
                    var range = ranges.get(level.part());
                    return range != null && level.isDone(range.end()) && (!kept || range.start() == range.end());
                });
    }

    private void leave(QueueHandle queue, String topic) {
        var step = steps.get(topic);
        if (step == null) {
            steps.put(topic, Step.CLOSING);
            topics.close(topic)
                    .whenComplete((done, failure) -> loop.execute(() -> {
                        if (failure == null) {
                            steps.replace(topic, Step.CLOSED);
                        } else {
                            LOG.warn("topic {} is closed later: {}", topic, failure.toString());
                            steps.remove(topic);
                        }
                    }));
        } else if (step == Step.CLOSED) {
            steps.put(topic, Step.LEAVING);
            var definition = queue.definition();
            topology.change(
                    new TopologyCommand.LeaveFormerLog(definition.key(), definition.qid(), topic),
                    reply -> LOG.info("{} has left topic {}", queue.definition(), topic),
                    error -> {
                        LOG.warn("{} leaves topic {} later: {}", queue.definition(), topic, error.text());
                        loop.execute(() -> steps.replace(topic, Step.CLOSED));
                    });
        }
    }
}
