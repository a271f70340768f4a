package io.millrace.api.generate;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinitionBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code kubectl get} shows of each kind, in the order shown; priority 1 is shown with {@code -o wide} only. */
final class Columns {

    private static final String READY = ".status.conditions[?(@.type=='Ready')].status";
    private static final String REASON = ".status.conditions[?(@.type=='Ready')].reason";
    private static final String MESSAGE = ".status.conditions[?(@.type=='Ready')].message";

    private Columns() {}

    static List<CustomResourceColumnDefinition> of(String kind) {
        return switch (kind) {
            case "BrokerCluster" -> brokerCluster();
            case "Topic" ->
                List.of(
                        cluster(),
                        number("PARTITIONS", ".status.partitions"),
                        number("REPLICAS", ".status.replicas"),
                        text("READY", READY),
                        age(),
                        wideNumber("URP", ".status.underReplicated"),
                        wide("REASON", REASON));
            case "Queue" ->
                List.of(
                        cluster(),
                        number("READY-MSGS", ".status.ready"),
                        number("UNACKED", ".status.unacked"),
                        number("CONSUMERS", ".status.consumers"),
                        text("READY", READY),
                        age(),
                        wide("OWNER", ".status.owner"),
                        wide("TYPE", ".spec.type"),
                        wide("REASON", REASON));
            case "Exchange" ->
                List.of(
                        cluster(),
                        text("TYPE", ".spec.type"),
                        number("BINDINGS", ".status.bindings"),
                        text("READY", READY),
                        age(),
                        wide("REASON", REASON));
            case "ConsumerGroup" ->
                List.of(
                        cluster(),
                        text("STATE", ".status.state"),
                        number("MEMBERS", ".status.members"),
                        number("LAG", ".status.lag"),
                        text("LAG-TIME", ".status.lagTime"),
                        text("TREND", ".status.trend"),
                        text("READY", READY),
                        age(),
                        wide("GROUP", ".spec.group"),
                        wideNumber("MAX-LAG", ".status.maxPartitionLag"),
                        wide("PROTOCOL", ".status.protocol"),
                        wide("RESET", ".status.reset.state"));
            case "User" ->
                List.of(
                        cluster(),
                        text("AUTH", ".spec.authentication"),
                        text("SECRET", ".status.secret"),
                        text("READY", READY),
                        age(),
                        wide("REASON", REASON));
            default -> throw new IllegalArgumentException("no printer columns for kind " + kind);
        };
    }

    private static List<CustomResourceColumnDefinition> brokerCluster() {
        return List.of(
                text("READY", ".status.ready"),
                text("VERSION", ".status.version"),
                text("STATE", ".status.state"),
                text("ROLLING", ".status.rolling.progress"),
                age(),
                wide("BLOCKED-BY", ".status.rolling.blockedBy"),
                wide("REBALANCE", ".status.rebalance.state"),
                wide("METADATA", ".status.metadataVersion"),
                wide("FINALISE", ".status.upgrade.state"),
                wide("MESSAGE", MESSAGE));
    }

    private static CustomResourceColumnDefinition cluster() {
        return text("CLUSTER", ".spec.cluster.name");
    }

    private static CustomResourceColumnDefinition age() {
        return column("AGE", "date", ".metadata.creationTimestamp", null);
    }

    private static CustomResourceColumnDefinition text(String name, String path) {
        return column(name, "string", path, null);
    }

    private static CustomResourceColumnDefinition number(String name, String path) {
        return column(name, "integer", path, null);
    }

    private static CustomResourceColumnDefinition wide(String name, String path) {
        return column(name, "string", path, 1);
    }

    private static CustomResourceColumnDefinition wideNumber(String name, String path) {
        return column(name, "integer", path, 1);
    }

    private static CustomResourceColumnDefinition column(
            String name, String type, String path, @Nullable Integer priority) {
        return new CustomResourceColumnDefinitionBuilder()
                .withName(name)
                .withType(type)
                .withJsonPath(path)
                .withPriority(priority)
                .build();
    }
}
