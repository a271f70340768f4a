package io.millrace.operator.client;

import io.millrace.operator.settings.LiveChange;
import io.millrace.operator.settings.SettingFacts;
import io.millrace.operator.settings.SettingFacts.Found;
import io.millrace.operator.settings.SettingFacts.Source;
import io.millrace.operator.settings.SettingFacts.Value;
import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;

/**
 * Settings of brokers that run (KIP-226), by Kafka's Admin protocol. All calls block; they throw {@code FailureException} unless
 * they say otherwise.
 */
public final class SettingAdmin {

    /** Each broker is asked itself, and one that has just died does not answer. */
    private static final int TIMEOUT_MS = 3_000;

    private static final ConfigResource EVERYWHERE = new ConfigResource(ConfigResource.Type.BROKER, "");

    private final Admin admin;

    SettingAdmin(Admin admin) {
        this.admin = admin;
    }

    /**
     * Reads settings as brokers have them.
     *
     * @param names those to read
     * @return empty if not all of the brokers answer
     */
    public Optional<SettingFacts> read(Set<Integer> brokers, Set<String> names) {
        var answers = describe(brokers, new DescribeConfigsOptions().includeSynonyms(true));
        if (answers.isEmpty()) {
            return Optional.empty();
        }
        var found = new HashMap<Integer, Map<String, Found>>();
        answers.get().forEach((resource, config) -> {
            if (!resource.isDefault()) {
                found.put(Integer.parseInt(resource.name()), found(config, names));
            }
        });
        var everywhere = new HashMap<String, String>();
        answers.get().getOrDefault(EVERYWHERE, new Config(List.of())).entries().stream()
                .filter(entry -> names.contains(entry.name()) && entry.value() != null)
                .forEach(entry -> everywhere.put(entry.name(), entry.value()));
        return Optional.of(new SettingFacts(everywhere, found));
    }

    /** Returns all that was told to brokers while they run, in a form to be compared; empty if not all of them answer. */
    public Optional<Map<String, String>> told() {
        var nodes = Answers.await(admin.describeCluster().nodes(), "describing the cluster").stream()
                .map(Node::id)
                .collect(Collectors.toSet());
        return describe(nodes, new DescribeConfigsOptions()).map(answers -> {
            var told = new TreeMap<String, String>();
            answers.forEach((resource, config) -> config.entries().stream()
                    .filter(entry -> resource.isDefault() || entry.source() == ConfigSource.DYNAMIC_BROKER_CONFIG)
                    .forEach(entry -> told.put(resource.name() + "/" + entry.name(), String.valueOf(entry.value()))));
            return told;
        });
    }

    /** Returns why Kafka would refuse a change, by the name of the setting; empty if it would not. Changes nothing. */
    public Map<String, String> refusals(LiveChange change) {
        var names = change.names();
        if (refusal(change.only(names)).isEmpty()) {
            return Map.of();
        }
        var refused = new TreeMap<String, String>();
        names.forEach(name -> refusal(change.only(Set.of(name))).ifPresent(why -> refused.put(name, why)));
        // Values that are good by themselves may contradict each other.
        var others = change.only(names).without(refused.keySet());
        refusal(others).ifPresent(why -> others.names().forEach(name -> refused.put(name, why)));
        return refused;
    }

    private Optional<String> refusal(LiveChange change) {
        if (change.isEmpty()) {
            return Optional.empty();
        }
        try {
            Answers.await(
                    alter(Map.of(EVERYWHERE, operations(change)), true), "asking whether brokers would take settings");
            return Optional.empty();
        } catch (FailureException e) {
            if (e.failure() instanceof Failure.Rejected(var message)) {
                var cause = e.getCause();
                return Optional.of(cause == null ? message : String.valueOf(cause.getMessage()));
            }
            throw e;
        }
    }

    /** Tells brokers; all brokers before single ones. */
    public void alter(LiveChange change) {
        if (!change.set().isEmpty() || !change.unset().isEmpty()) {
            Answers.await(
                    alter(Map.of(EVERYWHERE, operations(change)), false), "altering settings of brokers that run");
        }
        var ofBrokers = new HashMap<ConfigResource, Collection<AlterConfigOp>>();
        change.unsetOf()
                .forEach((node, names) -> ofBrokers.put(
                        broker(node), names.stream().map(SettingAdmin::unset).toList()));
        if (!ofBrokers.isEmpty()) {
            Answers.await(alter(ofBrokers, false), "altering settings of single brokers that run");
        }
    }

    private KafkaFuture<Void> alter(Map<ConfigResource, Collection<AlterConfigOp>> operations, boolean validateOnly) {
        return admin.incrementalAlterConfigs(operations, new AlterConfigsOptions().validateOnly(validateOnly))
                .all();
    }

    private static Collection<AlterConfigOp> operations(LiveChange change) {
        var operations = new ArrayList<AlterConfigOp>();
        change.set()
                .forEach((name, value) -> operations.add(new AlterConfigOp(new ConfigEntry(name, value), OpType.SET)));
        change.unset().forEach(name -> operations.add(unset(name)));
        return operations;
    }

    private static AlterConfigOp unset(String name) {
        return new AlterConfigOp(new ConfigEntry(name, ""), OpType.DELETE);
    }

    private Optional<Map<ConfigResource, Config>> describe(Set<Integer> brokers, DescribeConfigsOptions options) {
        var resources = new ArrayList<ConfigResource>();
        resources.add(EVERYWHERE);
        brokers.forEach(node -> resources.add(broker(node)));
        var answers = new HashMap<ConfigResource, Config>();
        admin.describeConfigs(resources, options.timeoutMs(TIMEOUT_MS))
                .values()
                .forEach((resource, future) -> Answers.awaitUnless(
                                ApiException.class, future, "describing settings of " + resource)
                        .ifPresent(config -> answers.put(resource, config)));
        return answers.size() == resources.size() ? Optional.of(answers) : Optional.empty();
    }

    private static Map<String, Found> found(Config config, Set<String> names) {
        return config.entries().stream()
                .filter(entry -> names.contains(entry.name()))
                .collect(Collectors.toMap(ConfigEntry::name, entry -> Found.of(entry.name(), values(entry))));
    }

    private static List<Value> values(ConfigEntry entry) {
        var values = new ArrayList<Value>();
        for (var synonym : entry.synonyms()) {
            var source = source(synonym.source());
            if (source.isPresent() && synonym.value() != null) {
                values.add(new Value(source.get(), synonym.name(), synonym.value()));
            }
        }
        return values;
    }

    private static Optional<Source> source(ConfigSource source) {
        return switch (source) {
            case DYNAMIC_BROKER_CONFIG -> Optional.of(Source.BROKER);
            case DYNAMIC_DEFAULT_BROKER_CONFIG -> Optional.of(Source.EVERYWHERE);
            case STATIC_BROKER_CONFIG -> Optional.of(Source.START);
            case DEFAULT_CONFIG -> Optional.of(Source.DEFAULT);
            default -> Optional.empty();
        };
    }

    private static ConfigResource broker(int node) {
        return new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(node));
    }
}
