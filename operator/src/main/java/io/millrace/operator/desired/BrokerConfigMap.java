package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.millrace.api.v1alpha1.ListenerProtocol;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.ListenerIntent;
import io.millrace.operator.intent.LiveQueueSettings;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** ConfigMap {@code <cluster>-broker}: the settings of both containers ({@code docs/seams.md}). */
public final class BrokerConfigMap {

    /** Annotation: live settings that were in the file once, and that brokers may still have been started with. */
    private static final String WITHDRAWN = "millrace.io/withdrawn-settings";

    private static final String LOG = "log.properties";
    private static final String QUEUES = "queues.properties";

    private BrokerConfigMap() {}

    /** Returns its name. */
    public static String name(String cluster) {
        return cluster + "-broker";
    }

    /**
     * Makes it.
     *
     * @param withdrawn names of live settings that are not in the file any more, to be remembered
     */
    public static ConfigMap of(BrokerClusterIntent intent, Set<String> withdrawn, OwnerReference owner) {
        var metadata = new ObjectMetaBuilder(Names.owned(intent, name(intent.name()), owner));
        if (!withdrawn.isEmpty()) {
            metadata.addToAnnotations(WITHDRAWN, String.join(",", new TreeSet<>(withdrawn)));
        }
        return new ConfigMapBuilder()
                .withMetadata(metadata.build())
                .addToData(LOG, text(log(intent)))
                .addToData(QUEUES, text(queues(intent)))
                .build();
    }

    /** Reads the names that {@link #of} was told to remember. */
    public static Set<String> withdrawn(ConfigMap map) {
        var annotations = map.getMetadata().getAnnotations();
        var names = annotations == null ? null : annotations.get(WITHDRAWN);
        return names == null ? Set.of() : Set.of(names.split(",", -1));
    }

    /** Reads the settings of container log. */
    public static Map<String, String> log(ConfigMap map) {
        return read(map, LOG);
    }

    /** Reads the settings of container queues. */
    public static Map<String, String> queues(ConfigMap map) {
        return read(map, QUEUES);
    }

    private static Map<String, String> read(ConfigMap map, String file) {
        var data = map.getData();
        var text = data == null ? null : data.get(file);
        return text == null ? Map.of() : read(text);
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
                listener.type().name().toLowerCase(Locale.ROOT),
                prefix + "tls",
                Boolean.toString(listener.tls()),
                prefix + "authentication",
                listener.authentication().name().toLowerCase(Locale.ROOT));
    }

    /** Settings of container queues. */
    public static Map<String, String> queues(BrokerClusterIntent intent) {
        var settings = new TreeMap<String, String>();
        intent.queueConfig().forEach((name, value) -> settings.put(LiveQueueSettings.PREFIX + name, value));
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

    private static Map<String, String> read(String text) {
        var read = new Properties();
        try {
            read.load(new StringReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory is read without errors", e);
        } catch (IllegalArgumentException e) {
            return Map.of(); // somebody has broken it, and it is written anew
        }
        var settings = new TreeMap<String, String>();
        read.stringPropertyNames().forEach(name -> settings.put(name, read.getProperty(name)));
        return settings;
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
