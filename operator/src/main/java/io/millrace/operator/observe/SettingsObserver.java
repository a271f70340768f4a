package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.operator.client.SettingAdmin;
import io.millrace.operator.desired.BrokerConfigMap;
import io.millrace.operator.desired.BrokerStatefulSet;
import io.millrace.operator.desired.StartSettings;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.LiveSettings;
import io.millrace.operator.settings.ConfigFacts;
import io.millrace.operator.settings.SettingsPlanner;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Looks at the settings of a cluster: those its pods were started with, and those its brokers have. */
final class SettingsObserver {

    private SettingsObserver() {}

    /** What is known without the brokers. */
    static ConfigFacts ofKubernetes(BrokerCluster cluster, Context<BrokerCluster> context) {
        var name = BrokerConfigMap.name(cluster.getMetadata().getName());
        var map = context.getSecondaryResourcesAsStream(ConfigMap.class)
                .filter(found -> found.getMetadata().getName().equals(name))
                .findFirst();
        var status = Optional.ofNullable(cluster.getStatus());
        return new ConfigFacts(
                map.map(BrokerConfigMap::log).orElse(Map.of()),
                map.map(BrokerConfigMap::queues).orElse(Map.of()),
                map.map(BrokerConfigMap::withdrawn).orElse(Set.of()),
                pods(context),
                Optional.empty(),
                false,
                Map.of(),
                status.map(BrokerClusterStatus::config),
                status.filter(told -> Objects.equals(
                                told.observedGeneration(), cluster.getMetadata().getGeneration()))
                        .isPresent());
    }

    private static List<Map<String, String>> pods(Context<BrokerCluster> context) {
        return BrokerPods.in(context)
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .flatMap(pod -> Optional.ofNullable(pod.getMetadata().getAnnotations())
                        .map(annotations -> annotations.get(BrokerStatefulSet.CONFIG))
                        .stream())
                .map(StartSettings::parse)
                .filter(settings -> !settings.isEmpty())
                .toList();
    }

    /**
     * The same with what the brokers say, if all of them do. What they are to be told is asked of Kafka first.
     *
     * @param brokers node ids of those that are registered
     * @param pods how many pods of brokers there are
     */
    static ConfigFacts ofBrokers(
            ConfigFacts seen, BrokerClusterIntent intent, SettingAdmin admin, Set<Integer> brokers, long pods) {
        if (brokers.isEmpty()) {
            return seen;
        }
        var found = admin.read(brokers, LiveSettings.managed(intent.config().keySet()));
        if (found.isEmpty()) {
            return seen;
        }
        var facts = seen.ofBrokers(found.get(), brokers.size() >= pods, Map.of());
        var wish = SettingsPlanner.wish(intent.config(), facts);
        return wish.isEmpty() ? facts : seen.ofBrokers(found.get(), facts.all(), admin.refusals(wish));
    }
}
