package io.millrace.broker.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.utils.Sanitizer;
import org.apache.kafka.server.quota.ClientQuotaCallback;
import org.apache.kafka.server.quota.ClientQuotaEntity;
import org.apache.kafka.server.quota.ClientQuotaType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a broker from filling its disk, which it would not survive: while the disk is short of space, all that clients produce shares a
 * trickle. Nodes and operator are left out, so that what makes space goes on: acknowledgements, deletions, replication. Otherwise quotas
 * are as Kafka has them. Kafka makes one of these for itself ({@code client.quota.callback.class}, KIP-257).
 */
public final class DiskGuard implements ClientQuotaCallback {
    /** Bytes a second, of all clients together. */
    static final double TRICKLE = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(DiskGuard.class);
    private static final Set<String> OURS = Set.of(NodePrincipals.NODE, NodePrincipals.OPERATOR);
    private static final Map<String, String> SHARED =
            Map.of(ClientQuotas.USER, "", ClientQuotas.CLIENT, "", "disk", "short");
    private static final Map<String, String> FREE = Map.of(ClientQuotas.USER, "", ClientQuotas.CLIENT, "");

    private final ClientQuotas quotas = new ClientQuotas();
    private final DiskMarks marks = DiskMarks.USUAL;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("disk-guard").daemon().factory());
    private volatile boolean isShort;

    /** Kafka settings that put it in place. */
    static Map<String, String> kafkaProperties() {
        return Map.of("client.quota.callback.class", DiskGuard.class.getName());
    }

    @Override
    public void configure(Map<String, ?> configs) {
        var directory = Path.of(String.valueOf(configs.get("log.dirs")));
        clock.scheduleWithFixedDelay(() -> look(directory), 0, 1, TimeUnit.SECONDS);
    }

    private void look(Path directory) {
        try {
            var store = Files.getFileStore(directory);
            look((double) store.getUsableSpace() / store.getTotalSpace());
        } catch (IOException e) {
            LOG.debug("the free space of {} is not known: {}", directory, e.toString());
        }
    }

    /** Goes by the free share of the disk. */
    void look(double free) {
        var before = isShort;
        isShort = marks.isShort(before, free);
        if (isShort != before) {
            LOG.warn(
                    "{} % of the disk are free: {}",
                    Math.round(free * 100),
                    isShort
                            ? "clients may produce " + Math.round(TRICKLE) + " bytes a second, all together"
                            : "clients may produce again as they like");
        }
    }

    @Override
    public Map<String, String> quotaMetricTags(ClientQuotaType type, KafkaPrincipal principal, String clientId) {
        if (OURS.contains(principal.getName())) {
            return FREE;
        }
        if (isShort && type == ClientQuotaType.PRODUCE) {
            return SHARED;
        }
        return quotas.tags(type, Sanitizer.sanitize(principal.getName()), clientId);
    }

    @Override
    public @Nullable Double quotaLimit(ClientQuotaType type, Map<String, String> tags) {
        return tags.equals(SHARED) ? (Double) TRICKLE : quotas.limit(type, tags);
    }

    @Override
    public void updateQuota(ClientQuotaType type, ClientQuotaEntity entity, double limit) {
        quotas.set(type, entity, limit);
    }

    @Override
    public void removeQuota(ClientQuotaType type, ClientQuotaEntity entity) {
        quotas.remove(type, entity);
    }

    /** Kafka looks at limits anew by itself when quotas are set; that of the trickle never changes. */
    @Override
    public boolean quotaResetRequired(ClientQuotaType type) {
        return false;
    }

    @Override
    public boolean updateClusterMetadata(Cluster cluster) {
        return false;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
