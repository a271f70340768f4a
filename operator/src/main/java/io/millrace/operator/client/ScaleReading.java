package io.millrace.operator.client;

import io.millrace.operator.scale.ControllerState;
import io.millrace.operator.scale.PartitionState;
import io.millrace.operator.scale.ScaleFacts;
import io.millrace.operator.scale.TopicWishes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeLogDirsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.PartitionReassignment;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** One look at a cluster, as far as its size is concerned. All calls block; they throw {@code FailureException}. */
public final class ScaleReading {

    static final String MIN_IN_SYNC = "min.insync.replicas";
    private static final ConfigResource DEFAULTS = new ConfigResource(ConfigResource.Type.BROKER, "");

    /** Each broker is asked itself, and one that has just died does not answer. */
    private static final int DISK_TIMEOUT_MS = 3_000;

    private final Admin admin;

    ScaleReading(Admin admin) {
        this.admin = admin;
    }

    /**
     * The controllers.
     *
     * @param leader node id, or -1
     * @param voters those that vote
     * @param observers all other nodes that follow their log
     */
    public record Quorum(int leader, List<ControllerState> voters, List<ControllerState> observers) {
        public Quorum {
            voters = List.copyOf(voters);
            observers = List.copyOf(observers);
        }
    }

    /**
     * Reads everything.
     *
     * @param wishes what Topic objects say about replicas
     * @param units partitions that move together; empty if nobody says
     */
    public ScaleFacts all(TopicWishes wishes, Optional<List<Set<TopicPartition>>> units) {
        var quorum = quorum();
        var nodes = Answers.await(
                admin.describeCluster(new DescribeClusterOptions().includeFencedBrokers(true))
                        .nodes(),
                "describing the cluster");
        var live = nodes.stream().filter(node -> !node.isFenced()).map(Node::id).collect(Collectors.toSet());
        var directories = directories(live);
        var own = new HashMap<String, Integer>();
        var throttled = new HashSet<String>();
        topicSettings((topic, config) -> {
            own(config, MIN_IN_SYNC).ifPresent(value -> own.put(topic, Integer.parseInt(value)));
            own(config, ThrottledReplicas.LEADERS)
                    .or(() -> own(config, ThrottledReplicas.FOLLOWERS))
                    .ifPresent(value -> throttled.add(topic));
        });
        return new ScaleFacts(
                quorum.leader(),
                quorum.voters(),
                quorum.observers(),
                live,
                nodes.stream().map(Node::id).collect(Collectors.toSet()),
                cordoned(directories),
                nodes.stream().filter(Node::hasRack).collect(Collectors.toMap(Node::id, Node::rack)),
                partitions(sizes(directories)),
                defaultMinInSync(),
                own,
                throttled,
                wishes,
                units);
    }

    Quorum quorum() {
        var info = Answers.await(admin.describeMetadataQuorum().quorumInfo(), "describing the quorum");
        var leaderTime = info.voters().stream()
                .filter(voter -> voter.replicaId() == info.leaderId())
                .mapToLong(voter -> voter.lastCaughtUpTimestamp().orElse(0))
                .max()
                .orElse(0);
        return new Quorum(info.leaderId(), states(info.voters(), leaderTime), states(info.observers(), leaderTime));
    }

    private static List<ControllerState> states(List<QuorumInfo.ReplicaState> replicas, long leaderTime) {
        return replicas.stream()
                .map(replica -> {
                    var caughtUp = replica.lastCaughtUpTimestamp().orElse(-1);
                    return new ControllerState(
                            replica.replicaId(),
                            replica.replicaDirectoryId().toString(),
                            caughtUp < 0 ? -1 : Math.max(0, leaderTime - caughtUp));
                })
                .toList();
    }

    private Map<Integer, List<LogDirDescription>> directories(Set<Integer> brokers) {
        var directories = new HashMap<Integer, List<LogDirDescription>>();
        admin.describeLogDirs(brokers, new DescribeLogDirsOptions().timeoutMs(DISK_TIMEOUT_MS))
                .descriptions()
                .forEach((broker, future) -> directories.put(
                        broker,
                        List.copyOf(Answers.await(future, "describing the disk of broker " + broker)
                                .values())));
        return directories;
    }

    private static Set<Integer> cordoned(Map<Integer, List<LogDirDescription>> directories) {
        return directories.entrySet().stream()
                .filter(broker -> !broker.getValue().isEmpty()
                        && broker.getValue().stream().allMatch(LogDirDescription::isCordoned))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static Map<TopicPartition, Map<Integer, Long>> sizes(Map<Integer, List<LogDirDescription>> directories) {
        var sizes = new HashMap<TopicPartition, Map<Integer, Long>>();
        directories.forEach((broker, ofBroker) ->
                ofBroker.forEach(directory -> directory.replicaInfos().forEach((partition, replica) -> {
                    if (!replica.isFuture()) {
                        sizes.computeIfAbsent(partition, key -> new HashMap<>()).put(broker, replica.size());
                    }
                })));
        return sizes;
    }

    /** Reads where all partitions lie. */
    List<PartitionState> partitions(Map<TopicPartition, Map<Integer, Long>> sizes) {
        var moving = new HashMap<>(moving());
        var topics = new ArrayList<TopicDescription>();
        admin.describeTopics(topics()).topicNameValues().forEach((name, future) -> Answers.awaitUnless(
                        UnknownTopicOrPartitionException.class, future, "describing topic " + name)
                .ifPresent(topics::add));
        // A move that has begun meanwhile must not look like a partition with more replicas.
        moving.putAll(moving());
        var partitions = new ArrayList<PartitionState>();
        topics.forEach(topic -> addPartitions(topic, moving, sizes, partitions));
        return partitions;
    }

    private Map<TopicPartition, PartitionReassignment> moving() {
        return Answers.await(admin.listPartitionReassignments().reassignments(), "listing reassignments");
    }

    private static void addPartitions(
            TopicDescription topic,
            Map<TopicPartition, PartitionReassignment> moving,
            Map<TopicPartition, Map<Integer, Long>> sizes,
            List<PartitionState> partitions) {
        for (var info : topic.partitions()) {
            var partition = new TopicPartition(topic.name(), info.partition());
            var move = moving.get(partition);
            partitions.add(new PartitionState(
                    partition,
                    move == null ? ids(info.replicas()) : move.replicas(),
                    Set.copyOf(ids(info.isr())),
                    move == null ? List.of() : move.addingReplicas(),
                    move == null ? List.of() : move.removingReplicas(),
                    sizes.getOrDefault(partition, Map.of())));
        }
    }

    private static List<Integer> ids(Collection<Node> nodes) {
        return nodes.stream().map(Node::id).toList();
    }

    private Set<String> topics() {
        return Answers.await(
                admin.listTopics(new ListTopicsOptions().listInternal(true)).names(), "listing topics");
    }

    private int defaultMinInSync() {
        var configs = Answers.await(admin.describeConfigs(List.of(DEFAULTS)).all(), "describing the defaults");
        var config = configs.get(DEFAULTS);
        var entry = config == null ? null : config.get(MIN_IN_SYNC);
        return entry == null || entry.value() == null ? 0 : Integer.parseInt(entry.value());
    }

    /** Takes the settings of one topic. */
    private interface Settings {
        void of(String topic, Config config);
    }

    private void topicSettings(Settings each) {
        var resources = topics().stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        admin.describeConfigs(resources).values().forEach((resource, future) -> Answers.awaitUnless(
                        UnknownTopicOrPartitionException.class, future, "describing topic configs")
                .ifPresent(config -> each.of(resource.name(), config)));
    }

    private static Optional<String> own(Config config, String key) {
        return Optional.ofNullable(config.get(key))
                .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                .map(ConfigEntry::value)
                .filter(value -> !value.isEmpty());
    }
}
