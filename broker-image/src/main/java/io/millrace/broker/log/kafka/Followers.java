package io.millrace.broker.log.kafka;

import io.millrace.broker.log.MessageLog.ReadListener;
import io.millrace.broker.log.MessageLog.Reading;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads partitions that many want to read, each from a place of its own. A consumer has one position per partition, so there are as many fetchers as there are
 * readings of the partition with most of them. Safe for any thread.
 */
final class Followers implements AutoCloseable {
    /** A thread and a connection to each broker for every one. */
    private static final int MOST = 128;

    private record Follower(Fetcher fetcher, Set<TopicPartition> reads) {}

    private final IntFunction<Fetcher> fetchers;
    private final List<Follower> followers = new ArrayList<>();

    /** @param fetchers makes the fetcher of a number from 0 */
    Followers(IntFunction<Fetcher> fetchers) {
        this.fetchers = fetchers;
    }

    /**
     * Reads as a log does.
     *
     * @throws IllegalStateException if the partition has too many readings already
     */
    Reading read(TopicPartition partition, long offset, ReadListener listener) {
        var follower = freeFor(partition);
        follower.fetcher().start(partition, offset, listener);
        return new Reading() {
            @Override
            public void pause() {
                follower.fetcher().pause(partition, listener, true);
            }

            @Override
            public void resume() {
                follower.fetcher().pause(partition, listener, false);
            }

            @Override
            public void stop() {
                follower.fetcher().stop(partition, listener);
                free(follower, partition);
            }
        };
    }

    private synchronized Follower freeFor(TopicPartition partition) {
        for (var follower : followers) {
            if (follower.reads().add(partition)) {
                return follower;
            }
        }
        if (followers.size() == MOST) {
            throw new IllegalStateException(partition + " is read " + MOST + " times already");
        }
        var another = new Follower(fetchers.apply(followers.size()), new HashSet<>(Set.of(partition)));
        followers.add(another);
        return another;
    }

    private synchronized void free(Follower follower, TopicPartition partition) {
        follower.reads().remove(partition);
    }

    @Override
    public synchronized void close() {
        followers.forEach(follower -> follower.fetcher().close());
    }
}
