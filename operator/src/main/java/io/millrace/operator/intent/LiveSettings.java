package io.millrace.operator.intent;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * Settings that Kafka takes while it runs (KIP-226), as far as {@code spec.config} alters them so: those that Kafka calls
 * cluster-wide, in every version that is run. What Kafka takes for single brokers alone is about their listeners, which are not
 * the user's to set. A test compares the table with Kafka's own.
 */
public final class LiveSettings {

    private static final Set<String> THREADS = Set.of(
            "background.threads",
            "log.cleaner.threads",
            "num.io.threads",
            "num.network.threads",
            "num.recovery.threads.per.data.dir",
            "num.replica.fetchers",
            "remote.log.manager.copier.thread.pool.size",
            "remote.log.manager.expiration.thread.pool.size",
            "remote.log.manager.follower.thread.pool.size",
            "remote.log.reader.threads");

    private static final Set<String> OTHERS = Set.of(
            "compression.gzip.level",
            "compression.lz4.level",
            "compression.type",
            "compression.zstd.level",
            "log.cleaner.backoff.ms",
            "log.cleaner.dedupe.buffer.size",
            "log.cleaner.delete.retention.ms",
            "log.cleaner.io.buffer.load.factor",
            "log.cleaner.io.buffer.size",
            "log.cleaner.io.max.bytes.per.second",
            "log.cleaner.max.compaction.lag.ms",
            "log.cleaner.min.cleanable.ratio",
            "log.cleaner.min.compaction.lag.ms",
            "log.cleanup.policy",
            "log.flush.interval.messages",
            "log.flush.interval.ms",
            "log.index.interval.bytes",
            "log.index.size.max.bytes",
            "log.local.retention.bytes",
            "log.local.retention.ms",
            "log.message.timestamp.after.max.ms",
            "log.message.timestamp.before.max.ms",
            "log.message.timestamp.type",
            "log.preallocate",
            "log.retention.bytes",
            "log.retention.ms",
            "log.roll.jitter.ms",
            "log.roll.ms",
            "log.segment.bytes",
            "log.segment.delete.delay.ms",
            "max.connection.creation.rate",
            "max.connections",
            "max.connections.per.ip",
            "max.connections.per.ip.overrides",
            "message.max.bytes",
            "metric.reporters",
            "producer.id.expiration.ms",
            "remote.fetch.max.wait.ms",
            "remote.list.offsets.request.timeout.ms",
            "remote.log.index.file.cache.total.size.bytes",
            "remote.log.manager.copy.max.bytes.per.second",
            "remote.log.manager.fetch.max.bytes.per.second",
            "transaction.partition.verification.enable",
            "unclean.leader.election.enable");

    /** Taken live, too, and set by other parts of the operator or by Kafka itself: never touched on behalf of {@code spec.config}. */
    private static final Set<String> KEPT = Set.of(
            "config.providers",
            "cordoned.log.dirs",
            "follower.replication.throttled.rate",
            "leader.replication.throttled.rate",
            "min.insync.replicas",
            "replica.alter.log.dirs.io.max.bytes.per.second");

    private LiveSettings() {}

    /** Returns whether brokers take it from {@code spec.config} while they run. */
    public static boolean isLive(String name) {
        return THREADS.contains(name) || OTHERS.contains(name);
    }

    /** Returns whether it is a number of threads: Kafka at most halves or doubles one at a time. */
    public static boolean isThreads(String name) {
        return THREADS.contains(name);
    }

    /**
     * Returns the settings whose values in running brokers are the operator's business: all that can be live, and those of
     * {@code spec.config}, which nobody else is to set.
     */
    public static Set<String> managed(Collection<String> config) {
        var names = new TreeSet<>(config);
        names.addAll(THREADS);
        names.addAll(OTHERS);
        names.removeAll(KEPT);
        return names;
    }
}
