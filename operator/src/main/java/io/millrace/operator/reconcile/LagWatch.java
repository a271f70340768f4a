package io.millrace.operator.reconcile;

import com.google.re2j.PatternSyntaxException;
import io.millrace.api.v1alpha1.Api;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.ConsumerGroup;
import io.millrace.api.v1alpha1.GroupDiscovery;
import io.millrace.operator.apply.DiscoveredGroups;
import io.millrace.operator.client.Connections;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.observe.LagCollector;
import io.millrace.operator.observe.LagCollector.GroupLag;
import io.millrace.operator.plan.Discovery;
import io.millrace.operator.status.FailureException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures the lag of all groups of each cluster, discovers live ones, and wakes the objects that show them. */
public final class LagWatch {

    private static final Logger LOG = LoggerFactory.getLogger(LagWatch.class);

    private static final int DEFAULT_POLL_SECONDS = 5;
    private static final int DEFAULT_MAX = 1000;
    private static final long FORGET_AFTER_MS = Duration.ofMinutes(10).toMillis();

    private final Connections connections;
    private final DiscoveredGroups discovered;
    private final LagMeters meters;
    private final Lookout lookout;
    private final Clock clock;
    private final AtomicBoolean news = new AtomicBoolean();
    private final ConcurrentHashMap<ClusterKey, Watched> watched = new ConcurrentHashMap<>();

    /** What is kept about one cluster; its maps are touched by the one look that is under way. */
    private static final class Watched {
        private final LagCollector collector = new LagCollector();
        private final Map<String, Long> lastSeen = new HashMap<>();
        private volatile boolean measured;
    }

    public LagWatch(
            Connections connections, DiscoveredGroups discovered, LagMeters meters, Lookout lookout, Clock clock) {
        this.connections = connections;
        this.discovered = discovered;
        this.meters = meters;
        this.lookout = lookout;
        this.clock = clock;
    }

    /** Begins. */
    void start(ClusterSource<ConsumerGroup> source, Predicate<ConsumerGroup> needsALook) {
        var looks = new ClusterLooks("groups");
        lookout.every(ClusterLooks.TICK, "consumer groups", () -> {
            var serving = source.serving();
            forgetGone(serving.stream().map(ClusterSource::key).collect(Collectors.toSet()));
            looks.at(serving, LagWatch::pace, cluster -> look(cluster, source, needsALook));
            if (news.getAndSet(false)) {
                meters.show(watched.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                entry -> entry.getValue().collector.all())));
            }
        });
    }

    /** A connection to brokers that are gone would try to reach them for ever. */
    private void forgetGone(Set<ClusterKey> serving) {
        for (var key : Set.copyOf(watched.keySet())) {
            if (!serving.contains(key)) {
                watched.remove(key);
                news.set(true);
                connections.forget(key);
            }
        }
    }

    /** Returns what was measured last. */
    Optional<GroupLag> group(ClusterKey cluster, String group) {
        return Optional.ofNullable(watched.get(cluster)).flatMap(kept -> kept.collector.group(group));
    }

    /** Returns whether the groups of a cluster have been measured since this process began. */
    boolean hasMeasured(ClusterKey cluster) {
        var kept = watched.get(cluster);
        return kept != null && kept.measured;
    }

    private void look(BrokerCluster cluster, ClusterSource<ConsumerGroup> source, Predicate<ConsumerGroup> needsALook) {
        var key = ClusterSource.key(cluster);
        var kept = watched.computeIfAbsent(key, ignored -> new Watched());
        var nowMs = clock.millis();
        var objects = source.objects(key).toList();
        var discovery = discovery(cluster);
        if (objects.isEmpty() && discovery.isEmpty()) {
            return;
        }
        var shown = objects.stream().map(ConsumerGroupReconciler::groupOf).collect(Collectors.toSet());
        measure(key, kept, shown, discovery, nowMs);
        var live = kept.collector.all().keySet();
        kept.measured = true;
        news.set(true);
        objects.stream().filter(needsALook).forEach(source::wake);
        discovery.ifPresent(filter -> discover(cluster, kept, live, shown, filter));
        forget(cluster, kept, objects, live, nowMs);
    }

    private void measure(ClusterKey key, Watched kept, Set<String> shown, Optional<Discovery> discovery, long nowMs) {
        try {
            var groups = connections.brokers(key).groups();
            var live = groups.live();
            var wanted = new HashSet<>(shown);
            discovery.ifPresent(
                    filter -> live.keySet().stream().filter(filter::wants).forEach(wanted::add));
            kept.collector.measure(groups, live, wanted, nowMs);
        } catch (FailureException e) {
            LOG.info("groups of cluster {}: {}", key, e.getMessage());
            kept.collector.lose(shown, String.valueOf(e.getMessage()));
        }
    }

    private void discover(BrokerCluster cluster, Watched kept, Set<String> live, Set<String> shown, Discovery filter) {
        var max = Objects.requireNonNullElse(
                settings(cluster).map(GroupDiscovery::max).orElse(null), DEFAULT_MAX);
        live.stream()
                .filter(group -> !shown.contains(group))
                .filter(filter::wants)
                .sorted()
                .limit(Math.max(0, max - shown.size()))
                .forEach(group -> discovered.add(cluster, group));
        live.forEach(group -> kept.lastSeen.put(group, clock.millis()));
    }

    private void forget(
            BrokerCluster cluster, Watched kept, List<ConsumerGroup> objects, Set<String> live, long nowMs) {
        for (var object : objects) {
            var group = ConsumerGroupReconciler.groupOf(object);
            var labels = object.getMetadata().getLabels();
            if (live.contains(group) || labels == null || !"true".equals(labels.get(Api.DISCOVERED_LABEL))) {
                continue;
            }
            var since = kept.lastSeen.computeIfAbsent(group, ignored -> nowMs);
            if (nowMs - since > FORGET_AFTER_MS) {
                discovered.remove(object);
                kept.lastSeen.remove(group);
                LOG.info("group {} of cluster {} has been gone for long", group, ClusterSource.key(cluster));
            }
        }
    }

    private static Optional<Discovery> discovery(BrokerCluster cluster) {
        try {
            return settings(cluster)
                    .map(settings -> new Discovery(
                            Objects.requireNonNullElse(settings.include(), List.of()),
                            Objects.requireNonNullElse(settings.exclude(), List.of())));
        } catch (PatternSyntaxException e) {
            LOG.warn("consumerGroups.discover of cluster {}: {}", ClusterSource.key(cluster), e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<GroupDiscovery> settings(BrokerCluster cluster) {
        var groups = cluster.getSpec().consumerGroups();
        return groups == null ? Optional.empty() : Optional.ofNullable(groups.discover());
    }

    private static LookPace pace(BrokerCluster cluster) {
        var groups = cluster.getSpec().consumerGroups();
        return LookPace.steady(Duration.ofSeconds(
                groups == null || groups.pollSeconds() == null ? DEFAULT_POLL_SECONDS : groups.pollSeconds()));
    }
}
