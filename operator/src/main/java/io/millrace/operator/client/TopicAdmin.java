package io.millrace.operator.client;

import io.millrace.operator.plan.TopicFacts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Topics, by Kafka's Admin protocol. All calls block; they throw {@code FailureException}. What many threads ask of single
 * topics, create and delete goes in few requests.
 */
public final class TopicAdmin {

    /** The settings of so many topics are some 20,000 values, a few megabytes. */
    private static final int MOST = 500;

    /** Kafka refuses a request as a whole that writes more than 10,000 records, some of which it adds by itself. */
    private static final int MOST_RECORDS = 8_000;

    private final Admin admin;
    private final Batches<String, Optional<TopicFacts>> describing = new Batches<>(MOST, this::answers);
    private final Batches<NewTopic, Optional<TopicFacts>> creating =
            new Batches<>(() -> new Load<>(MOST_RECORDS, TopicAdmin::records, NewTopic::name), this::create);
    private final Batches<String, Optional<Void>> deleting = new Batches<>(MOST, this::delete);

    TopicAdmin(Admin admin) {
        this.admin = admin;
    }

    /** Returns what is known of the named topics that exist, in two requests for each {@value #MOST}. */
    public Map<String, TopicFacts> describe(Collection<String> names) {
        var all = List.copyOf(names);
        var facts = new HashMap<String, TopicFacts>();
        for (int from = 0; from < all.size(); from += MOST) {
            facts.putAll(describeAtOnce(all.subList(from, Math.min(all.size(), from + MOST))));
        }
        return facts;
    }

    private Map<String, Supplier<Optional<TopicFacts>>> answers(Collection<String> names) {
        var facts = describeAtOnce(names);
        return names.stream()
                .collect(Collectors.toMap(name -> name, name -> () -> Optional.ofNullable(facts.get(name))));
    }

    private Map<String, TopicFacts> describeAtOnce(Collection<String> names) {
        var descriptions = new HashMap<String, TopicDescription>();
        admin.describeTopics(names).topicNameValues().forEach((name, future) -> Answers.awaitUnless(
                        UnknownTopicOrPartitionException.class, future, "describing topic " + name)
                .ifPresent(description -> descriptions.put(name, description)));
        var resources = descriptions.keySet().stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        var configs = admin.describeConfigs(resources).values();
        var arriving = arriving(descriptions.values());
        var facts = new HashMap<String, TopicFacts>();
        for (var resource : resources) {
            var description = descriptions.get(resource.name());
            var future = configs.get(resource);
            if (description != null && future != null) {
                Answers.awaitUnless(UnknownTopicOrPartitionException.class, future, "describing topic configs")
                        .ifPresent(config -> facts.put(resource.name(), facts(description, config, arriving)));
            }
        }
        return facts;
    }

    /** Returns the topic, or empty if it does not exist. */
    public Optional<TopicFacts> describe(String name) {
        return describing.ask(name);
    }

    /** Creates a topic, and returns what became of it (KIP-525); one that exists already is left as it is, and nothing is said of it. */
    public Optional<TopicFacts> create(
            String name, int partitions, Optional<Integer> replicas, Map<String, String> config) {
        var topic = new NewTopic(name, Optional.of(partitions), replicas.map(Integer::shortValue));
        topic.configs(config);
        return creating.ask(topic);
    }

    /** One for each topic, partition and setting, and one to spare. */
    private static int records(NewTopic topic) {
        return 2 + Math.max(1, topic.numPartitions()) + topic.configs().size();
    }

    private Map<NewTopic, Supplier<Optional<TopicFacts>>> create(Collection<NewTopic> topics) {
        var result = admin.createTopics(topics);
        return topics.stream().collect(Collectors.toMap(topic -> topic, topic -> {
            var name = topic.name();
            var doing = "creating topic " + name;
            return Batches.settled(() -> Answers.awaitUnless(TopicExistsException.class, result.config(name), doing)
                    .map(config -> created(result, name, config, doing)));
        }));
    }

    /** All of it came with the same answer. */
    private static TopicFacts created(CreateTopicsResult result, String name, Config config, String doing) {
        var partitions = Answers.await(result.numPartitions(name), doing);
        return new TopicFacts(
                Answers.await(result.topicId(name), doing).toString(),
                partitions,
                Map.of(Answers.await(result.replicationFactor(name), doing), partitions),
                0,
                ofTheTopic(config));
    }

    /** Grows a topic to a number of partitions. */
    public void grow(String name, int partitions) {
        Answers.await(
                admin.createPartitions(Map.of(name, NewPartitions.increaseTo(partitions)))
                        .all(),
                "adding partitions to topic " + name);
    }

    /** Sets and removes settings of a topic. */
    public void configure(String name, Map<String, String> set, Set<String> remove) {
        var operations = new ArrayList<AlterConfigOp>();
        set.forEach((key, value) ->
                operations.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
        remove.forEach(key -> operations.add(new AlterConfigOp(new ConfigEntry(key, ""), AlterConfigOp.OpType.DELETE)));
        Answers.await(
                admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, name), operations))
                        .all(),
                "configuring topic " + name);
    }

    /** Deletes a topic; one that is gone already is fine. */
    public void delete(String name) {
        deleting.ask(name);
    }

    private Map<String, Supplier<Optional<Void>>> delete(Collection<String> names) {
        var results = admin.deleteTopics(names).topicNameValues();
        var answers = new HashMap<String, Supplier<Optional<Void>>>();
        results.forEach((name, future) -> answers.put(
                name,
                Batches.settled(() -> Answers.awaitUnless(
                        UnknownTopicOrPartitionException.class, future, "deleting topic " + name))));
        return answers;
    }

    /** Replicas that a move is still bringing: they are on top of what the topic has, and in sync in the end. Asked for only if need be. */
    private Map<TopicPartition, Integer> arriving(Collection<TopicDescription> topics) {
        var behind = new HashSet<TopicPartition>();
        topics.forEach(topic -> topic.partitions().stream()
                .filter(one -> one.isr().size() < one.replicas().size())
                .forEach(one -> behind.add(new TopicPartition(topic.name(), one.partition()))));
        var arriving = new HashMap<TopicPartition, Integer>();
        if (!behind.isEmpty()) {
            Answers.await(admin.listPartitionReassignments(behind).reassignments(), "listing reassignments")
                    .forEach((partition, move) ->
                            arriving.put(partition, move.addingReplicas().size()));
        }
        return arriving;
    }

    private static TopicFacts facts(
            TopicDescription description, Config config, Map<TopicPartition, Integer> arriving) {
        var partitions = description.partitions();
        var replicas = partitions.stream()
                .collect(Collectors.toMap(
                        one -> one,
                        one -> one.replicas().size()
                                - arriving.getOrDefault(new TopicPartition(description.name(), one.partition()), 0)));
        return new TopicFacts(
                description.topicId().toString(),
                partitions.size(),
                replicas.values().stream().collect(Collectors.toMap(size -> size, size -> 1, Integer::sum)),
                (int) replicas.entrySet().stream()
                        .filter(one -> one.getKey().isr().size() < one.getValue())
                        .count(),
                ofTheTopic(config));
    }

    private static Map<String, String> ofTheTopic(Config config) {
        return config.entries().stream()
                .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                .filter(entry -> entry.value() != null)
                .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
    }
}
