package io.millrace.operator.client;

import io.millrace.operator.rebalance.Move;
import io.millrace.operator.scale.PartitionState;
import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.RaftVoterEndpoint;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.errors.DuplicateVoterException;
import org.apache.kafka.common.errors.NoReassignmentInProgressException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.VoterNotFoundException;

/**
 * What changes the size of a cluster, by Kafka's Admin protocol. All calls block; they throw {@code FailureException}. What is so
 * already is fine.
 */
public final class ScaleAdmin {

    private static final String CONTROLLER_LISTENER = "CONTROLLER";
    private static final String CORDONED = "cordoned.log.dirs";
    private static final String EVERY_DIRECTORY = "*";
    private static final String LEADER_RATE = "leader.replication.throttled.rate";
    private static final String FOLLOWER_RATE = "follower.replication.throttled.rate";

    private final Admin admin;

    ScaleAdmin(Admin admin) {
        this.admin = admin;
    }

    /** Reads what a decision about the size needs, but for what the queue layer and the Topic objects say. */
    public ScaleReading facts() {
        return new ScaleReading(admin);
    }

    /**
     * Gives a controller a vote.
     *
     * @param directory id of the directory that holds its log
     * @param host name that the other controllers reach it by
     */
    public void addVoter(int node, String directory, String host, int port) {
        var endpoint = new RaftVoterEndpoint(CONTROLLER_LISTENER, host, port);
        Answers.awaitUnless(
                DuplicateVoterException.class,
                admin.addRaftVoter(node, Uuid.fromString(directory), Set.of(endpoint))
                        .all(),
                "giving controller %d a vote".formatted(node));
    }

    /** Takes the vote from a controller. */
    public void removeVoter(int node, String directory) {
        Answers.awaitUnless(
                VoterNotFoundException.class,
                admin.removeRaftVoter(node, Uuid.fromString(directory)).all(),
                "taking the vote from controller %d".formatted(node));
    }

    /** Has Kafka place no new replicas on brokers. */
    public void cordon(Collection<Integer> brokers) {
        for (var broker : brokers) {
            alter(broker(broker), set(CORDONED, EVERY_DIRECTORY), "cordoning broker " + broker);
        }
    }

    /** Has it place some again. */
    public void uncordon(Collection<Integer> brokers) {
        for (var broker : brokers) {
            alter(broker(broker), unset(CORDONED), "uncordoning broker " + broker);
        }
    }

    /**
     * Begins to move partitions; a topic that is gone meanwhile is left out.
     *
     * @param brokers all brokers that live
     * @param throttleBytesPerSec most that is copied onto, and off, each of them
     */
    public void startMoves(Collection<Move> moves, Collection<Integer> brokers, long throttleBytesPerSec) {
        throttle(moves, brokers, throttleBytesPerSec);
        var targets = new HashMap<TopicPartition, Optional<NewPartitionReassignment>>();
        moves.forEach(move -> targets.put(move.partition(), Optional.of(new NewPartitionReassignment(move.to()))));
        reassign(targets, "moving");
    }

    /** Leaves partitions that are being moved where they were. */
    public void cancelMoves(Collection<TopicPartition> partitions) {
        var none = new HashMap<TopicPartition, Optional<NewPartitionReassignment>>();
        partitions.forEach(partition -> none.put(partition, Optional.empty()));
        reassign(none, "cancelling the move of");
    }

    private void reassign(Map<TopicPartition, Optional<NewPartitionReassignment>> wanted, String doing) {
        admin.alterPartitionReassignments(wanted).values().forEach((partition, future) -> {
            try {
                Answers.await(future, doing + " " + partition);
            } catch (FailureException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
                        && !(e.getCause() instanceof NoReassignmentInProgressException)) {
                    throw e;
                }
            }
        });
    }

    /** The rates first: a topic with throttled replicas is what tells, later, that there is something to be undone. */
    private void throttle(Collection<Move> moves, Collection<Integer> brokers, long bytesPerSec) {
        var rate = Long.toString(bytesPerSec);
        for (var broker : brokers) {
            alter(
                    broker(broker),
                    List.of(put(LEADER_RATE, rate), put(FOLLOWER_RATE, rate)),
                    "throttling broker " + broker);
        }
        new ThrottledReplicas(moves)
                .byTopic()
                .forEach((topic, lists) -> alterIfThere(
                        topic,
                        List.of(
                                put(ThrottledReplicas.LEADERS, lists.leaders()),
                                put(ThrottledReplicas.FOLLOWERS, lists.followers())),
                        "throttling topic " + topic));
    }

    /** Lets replicas of topics be copied at any rate again. */
    public void endThrottle(Collection<String> topics, Collection<Integer> brokers) {
        for (var broker : brokers) {
            alter(broker(broker), List.of(remove(LEADER_RATE), remove(FOLLOWER_RATE)), "unthrottling broker " + broker);
        }
        for (var topic : topics) {
            alterIfThere(
                    topic,
                    List.of(remove(ThrottledReplicas.LEADERS), remove(ThrottledReplicas.FOLLOWERS)),
                    "unthrottling topic " + topic);
        }
    }

    /** Sets min.insync.replicas of topics. */
    public void setMinInSync(Map<String, Integer> topics) {
        topics.forEach((topic, value) -> alterIfThere(
                topic,
                set(ScaleReading.MIN_IN_SYNC, Integer.toString(value)),
                "setting %s of topic %s".formatted(ScaleReading.MIN_IN_SYNC, topic)));
    }

    /**
     * Makes sure, by asking once more, that nodes hold nothing and do not vote.
     *
     * @throws FailureException if they do
     */
    public void verifyEmpty(Set<Integer> nodes) {
        var reading = facts();
        var holds = reading.partitions(Map.of()).stream()
                .filter(one -> one.replicas().stream().anyMatch(nodes::contains))
                .map(PartitionState::partition)
                .findFirst();
        if (holds.isPresent()) {
            throw stillInUse("brokers %s hold %s".formatted(nodes, holds.get()));
        }
        var quorum = reading.quorum();
        if (quorum.voters().stream().anyMatch(voter -> nodes.contains(voter.node()))) {
            throw stillInUse("one of nodes %s votes as a controller".formatted(nodes));
        }
    }

    private static FailureException stillInUse(String message) {
        return new FailureException(new Failure.BrokerUnavailable(message), new IllegalStateException(message));
    }

    /** Forgets brokers that have ended for good. */
    public void unregister(Collection<Integer> brokers) {
        for (var broker : brokers) {
            Answers.awaitUnless(
                    BrokerIdNotRegisteredException.class,
                    admin.unregisterBroker(broker).all(),
                    "unregistering broker " + broker);
        }
    }

    private void alter(ConfigResource resource, List<AlterConfigOp> operations, String doing) {
        Answers.await(altered(resource, operations), doing);
    }

    private void alterIfThere(String topic, List<AlterConfigOp> operations, String doing) {
        Answers.awaitUnless(
                UnknownTopicOrPartitionException.class,
                altered(new ConfigResource(ConfigResource.Type.TOPIC, topic), operations),
                doing);
    }

    private KafkaFuture<Void> altered(ConfigResource resource, List<AlterConfigOp> operations) {
        return admin.incrementalAlterConfigs(
                        Map.<ConfigResource, Collection<AlterConfigOp>>of(resource, new ArrayList<>(operations)))
                .all();
    }

    private static ConfigResource broker(int node) {
        return new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(node));
    }

    private static List<AlterConfigOp> set(String key, String value) {
        return List.of(put(key, value));
    }

    private static List<AlterConfigOp> unset(String key) {
        return List.of(remove(key));
    }

    private static AlterConfigOp put(String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
    }

    private static AlterConfigOp remove(String key) {
        return new AlterConfigOp(new ConfigEntry(key, ""), AlterConfigOp.OpType.DELETE);
    }
}
