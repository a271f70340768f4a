package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.millrace.api.v1alpha1.ListenerProtocol;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.ListenerIntent;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** ConfigMap {@code <cluster>-broker}: the settings of both containers ({@code docs/seams.md}). */
public final class BrokerConfigMap {

    private BrokerConfigMap() {}

    /** Returns its name. */
    public static String name(String cluster) {
        return cluster + "-broker";
    }

    /** Makes it. */
    public static ConfigMap of(BrokerClusterIntent intent, OwnerReference owner) {
        return new ConfigMapBuilder()
                .withMetadata(Names.owned(intent, name(intent.name()), owner))
                .addToData("log.properties", text(log(intent)))
                .addToData("queues.properties", text(queues(intent)))
                .build();
    }

    /** Settings of container log: ours win over the user's. */
    static Map<String, String> log(BrokerClusterIntent intent) {
        var settings = new TreeMap<>(kafkaDefaults(intent));
        settings.putAll(intent.config());
        settings.put("millrace.cluster", intent.name());
        settings.put("millrace.headless.service", intent.name() + "-nodes");
        settings.put(
                "millrace.controllers",
                intent.controllers().stream().map(String::valueOf).collect(Collectors.joining(",")));
        intent.listeners().stream()
                .filter(listener -> listener.protocol() == ListenerProtocol.KAFKA)
                .forEach(listener -> settings.putAll(listener(listener)));
        settings.put("auto.create.topics.enable", "false");
        settings.put("allow.everyone.if.no.acl.found", Boolean.toString(!intent.simpleAuthorization()));
        return settings;
    }

    private static Map<String, String> kafkaDefaults(BrokerClusterIntent intent) {
        var replication = Integer.toString(intent.defaultReplication());
        var minInSync = Integer.toString(intent.defaultMinInSync());
        return Map.of(
                "default.replication.factor", replication,
                "min.insync.replicas", minInSync,
                "offsets.topic.replication.factor", replication,
                "transaction.state.log.replication.factor", replication,
                "transaction.state.log.min.isr", minInSync,
                "share.coordinator.state.topic.replication.factor", replication,
                "share.coordinator.state.topic.min.isr", minInSync);
    }

    private static Map<String, String> listener(ListenerIntent listener) {
        var prefix = "millrace.listener." + listener.name() + ".";
        return Map.of(
                prefix + "port",
                Integer.toString(listener.port()),
                prefix + "type",
                listener.nodePort() ? "nodeport" : "internal",
                prefix + "tls",
                Boolean.toString(listener.tls()),
                prefix + "authentication",
                listener.authentication().name().toLowerCase(Locale.ROOT));
    }

    /** Settings of container queues. */
    static Map<String, String> queues(BrokerClusterIntent intent) {
        var settings = new TreeMap<>(intent.queueConfig());
        settings.put("millrace.cluster", intent.name());
        settings.put(
                "millrace.bootstrap",
                intent.bootstrapNodes().stream()
                        .map(node -> intent.host(node) + ":9091")
                        .collect(Collectors.joining(",")));
        settings.put("millrace.amqp.port", Integer.toString(plainAmqpPort(intent)));
        intent.amqp(true).ifPresent(listener -> {
            settings.put("millrace.amqp.tls.port", Integer.toString(listener.port()));
            settings.put(
                    "millrace.amqp.tls.authentication",
                    listener.authentication().name().toLowerCase(Locale.ROOT));
        });
        settings.put("millrace.management.port", Integer.toString(intent.managementPort()));
        intent.managementTls()
                .ifPresent(listener -> settings.put("millrace.management.tls.port", Integer.toString(listener.port())));
        settings.put("millrace.link.port", "25672");
        return settings;
    }

    /** 0: nobody is served without TLS. */
    private static int plainAmqpPort(BrokerClusterIntent intent) {
        var otherwise = intent.amqp(true).isPresent() ? 0 : 5672;
        return intent.amqp(false).map(ListenerIntent::port).orElse(otherwise);
    }

    private static String text(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + escape(setting.getValue()) + "\n")
                .collect(Collectors.joining());
    }

    /** A value may not end its line, and a backslash must stay one. */
    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }
}
