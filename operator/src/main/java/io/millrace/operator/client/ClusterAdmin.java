package io.millrace.operator.client;

import io.millrace.operator.plan.ClusterFacts;
import io.millrace.operator.plan.PartitionFacts;
import io.millrace.operator.plan.QuorumFacts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeLogDirsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The cluster as a whole, by Kafka's Admin protocol. All calls block; they throw {@code FailureException}. */
public final class ClusterAdmin {

    private static final String MIN_IN_SYNC = "min.insync.replicas";
    private static final int DISK_TIMEOUT_MS = 3_000;
    private static final String FETCH_TIMEOUT = "controller.quorum.fetch.timeout.ms";
    private static final ConfigResource DEFAULTS = new ConfigResource(ConfigResource.Type.BROKER, "");

    private final Admin admin;

    ClusterAdmin(Admin admin) {
        this.admin = admin;
    }

    /** Reads everything a decision about restarts needs, from the brokers and not from a cache. */
    public ClusterFacts facts() {
        var cluster = admin.describeCluster();
        var nodes = Answers.await(cluster.nodes(), "describing the cluster");
        var brokers = nodes.stream().map(Node::id).collect(Collectors.toSet());
        var partitions = partitions();
        return new ClusterFacts(
                Answers.await(cluster.clusterId(), "describing the cluster"),
                brokers,
                quorum(brokers),
                partitions,
                !Answers.await(admin.listPartitionReassignments().reassignments(), "listing reassignments")
                        .isEmpty(),
                defaultMinInSync(),
                nodes.stream().filter(Node::hasRack).collect(Collectors.toMap(Node::id, Node::rack)),
                new SlotAdmin(admin).slots(partitions),
                diskFree(brokers));
    }

    /** A broker that does not say is left out: what it stores is looked at by others, and nothing waits for it here. */
    private Map<Integer, Double> diskFree(Set<Integer> brokers) {
        var free = new HashMap<Integer, Double>();
        admin.describeLogDirs(brokers, new DescribeLogDirsOptions().timeoutMs(DISK_TIMEOUT_MS))
                .descriptions()
                .forEach((broker, future) -> Answers.awaitUnless(
                                ApiException.class, future, "describing the disk of broker " + broker)
                        .flatMap(directories -> directories.values().stream()
                                .filter(one -> one.usableBytes().isPresent()
                                        && one.totalBytes().orElse(0) > 0)
                                .map(one -> (double) one.usableBytes().getAsLong()
                                        / one.totalBytes().getAsLong())
                                .min(Comparator.naturalOrder()))
                        .ifPresent(share -> free.put(broker, share)));
        return free;
    }

    private QuorumFacts quorum(Set<Integer> brokers) {
        var info = Answers.await(admin.describeMetadataQuorum().quorumInfo(), "describing the quorum");
        var leader = info.voters().stream()
                .filter(voter -> voter.replicaId() == info.leaderId())
                .findFirst();
        var leaderTime =
                leader.map(voter -> voter.lastCaughtUpTimestamp().orElse(0)).orElse(0L);
        var lags = new HashMap<Integer, Long>();
        for (QuorumInfo.ReplicaState voter : info.voters()) {
            var caughtUp = voter.lastCaughtUpTimestamp().orElse(-1);
            lags.put(voter.replicaId(), caughtUp < 0 ? -1 : Math.max(0, leaderTime - caughtUp));
        }
        return new QuorumFacts(info.leaderId(), lags, fetchTimeoutMs(info.leaderId(), brokers));
    }

    /**
     * The limit the leader itself goes by. Brokers do not pass the question on to a dedicated controller; they read the same file as
     * it does, and any of them tells what is in it.
     */
    private long fetchTimeoutMs(int leader, Set<Integer> brokers) {
        var asked = brokers.contains(leader)
                ? Optional.of(leader)
                : brokers.stream().min(Comparator.naturalOrder());
        return asked.flatMap(broker -> setting(
                        new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(broker)), FETCH_TIMEOUT))
                .map(Long::parseLong)
                .orElse(QuorumFacts.FETCH_TIMEOUT_MS);
    }

    /** Sets the cluster-wide default of min.insync.replicas. */
    public void setDefaultMinInSync(int value) {
        var set = new AlterConfigOp(new ConfigEntry(MIN_IN_SYNC, Integer.toString(value)), AlterConfigOp.OpType.SET);
        Answers.await(
                admin.incrementalAlterConfigs(Map.of(DEFAULTS, List.<AlterConfigOp>of(set)))
                        .all(),
                "setting the default of " + MIN_IN_SYNC);
    }

    /** Has every partition led by the first of its replicas again; one that is led so already is fine. */
    public void electPreferredLeaders() {
        // What it answers of single partitions is not looked at: the next look at the cluster shows who leads.
        Answers.await(admin.electLeaders(ElectionType.PREFERRED, null).partitions(), "electing preferred leaders");
    }

    private int defaultMinInSync() {
        return setting(DEFAULTS, MIN_IN_SYNC).map(Integer::parseInt).orElse(0);
    }

    private Optional<String> setting(ConfigResource of, String name) {
        var configs = Answers.await(admin.describeConfigs(List.of(of)).all(), "describing settings of " + of);
        return Optional.ofNullable(configs.get(of))
                .map(config -> config.get(name))
                .map(ConfigEntry::value);
    }

    private List<PartitionFacts> partitions() {
        var names = Answers.await(
                admin.listTopics(new ListTopicsOptions().listInternal(true)).names(), "listing topics");
        var minInSync = minInSync(names);
        var facts = new ArrayList<PartitionFacts>();
        admin.describeTopics(names).topicNameValues().forEach((name, future) -> Answers.awaitUnless(
                        UnknownTopicOrPartitionException.class, future, "describing topic " + name)
                .ifPresent(topic -> addPartitions(topic, minInSync.getOrDefault(name, 1), facts)));
        return facts;
    }

    private static void addPartitions(TopicDescription topic, int minInSync, List<PartitionFacts> facts) {
        for (var partition : topic.partitions()) {
            facts.add(new PartitionFacts(
                    topic.name(),
                    partition.partition(),
                    ids(partition.replicas()),
                    ids(partition.isr()),
                    minInSync,
                    partition.leader() == null ? -1 : partition.leader().id(),
                    partition.replicas().getFirst().id()));
        }
    }

    private static Set<Integer> ids(Collection<Node> nodes) {
        return nodes.stream().map(Node::id).collect(Collectors.toSet());
    }

    private Map<String, Integer> minInSync(Set<String> topics) {
        var resources = topics.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        var result = new HashMap<String, Integer>();
        admin.describeConfigs(resources).values().forEach((resource, future) -> {
            var config =
                    Answers.awaitUnless(UnknownTopicOrPartitionException.class, future, "describing topic configs");
            config.map(found -> found.get(MIN_IN_SYNC))
                    .map(ConfigEntry::value)
                    .ifPresent(value -> result.put(resource.name(), Integer.parseInt(value)));
        });
        return result;
    }
}
