package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operator.client.UserAdmin;
import io.millrace.operator.fixture.KafkaServer;
import io.millrace.operator.intent.Acl;
import io.millrace.operator.plan.BaseAcls;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Kafka's authorizer makes of the entries of a cluster: a user who may do everything does not get at what the queue layer lives on. */
class BaseAclsIT {
    private static final List<String> STATE = List.of("amqp.slots", "amqp.topology");
    private static final List<String> QUEUES = List.of("q._2f.orders", "s._2f.river");
    private static final String OWN = "mallorys-own";

    private static final UserAdmin ADMIN = KafkaServer.shared().admin().users();
    private static final Map<String, Object> MALLORY = KafkaServer.shared().user("mallory", "secret");
    private static final Set<Acl> ADDED = new HashSet<>();

    private static Admin asMallory;

    @BeforeAll
    static void aClusterThatIsOpenToAll() throws Exception {
        try (var kafka =
                Admin.create(Map.of("bootstrap.servers", KafkaServer.shared().bootstrap()))) {
            kafka.createTopics(Stream.of(STATE, QUEUES, List.of(OWN))
                            .flatMap(List::stream)
                            .map(topic -> new NewTopic(topic, 1, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
        ADDED.addAll(BaseAcls.of(false));
        ADDED.add(new Acl("TOPIC", "amqp.", true, "User:mallory", "ALL", true));
        ADDED.add(new Acl("TOPIC", "q.", true, "User:mallory", "ALL", true));
        ADDED.removeAll(ADMIN.acls());
        ADMIN.addAcls(ADDED);
        ADMIN.put("mallory", "secret");
        asMallory = Admin.create(MALLORY);
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .ignoreExceptions()
                .until(() -> asMallory.listTopics().names().get().contains(OWN));
    }

    @AfterAll
    static void asItWas() throws Exception {
        asMallory.close();
        ADMIN.delete("mallory");
        ADMIN.removeAcls(ADDED);
        try (var kafka =
                Admin.create(Map.of("bootstrap.servers", KafkaServer.shared().bootstrap()))) {
            kafka.deleteTopics(Stream.concat(STATE.stream(), QUEUES.stream()).toList())
                    .all()
                    .get();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"amqp.slots", "amqp.topology"})
    void theStateOfQueuesIsNeitherWrittenNorRead(String topic) {
        assertThatThrownBy(() -> produce(topic)).hasCauseInstanceOf(TopicAuthorizationException.class);
        assertThatThrownBy(() -> read(topic)).isInstanceOf(TopicAuthorizationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"amqp.slots", "amqp.topology", "q._2f.orders", "s._2f.river"})
    void noTopicOfTheQueueLayerIsDeletedEmptiedOrAltered(String topic) {
        refused(asMallory.deleteTopics(List.of(topic)).all());
        refused(asMallory
                .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(0)))
                .all());
        refused(asMallory
                .createPartitions(Map.of(topic, NewPartitions.increaseTo(2)))
                .all());
        refused(asMallory.incrementalAlterConfigs(shortRetention(topic)).all());
    }

    @Test
    void itsGroupAndItsTransactionsAreItsOwn() {
        var settings = new HashMap<>(MALLORY);
        settings.put("group.id", "amqp.owners");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(OWN));
            assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(20)))
                    .isInstanceOf(GroupAuthorizationException.class);
        }
        var transactional = new HashMap<>(MALLORY);
        transactional.put("transactional.id", "amqp.dl.1");
        try (var producer = new KafkaProducer<>(transactional, new StringSerializer(), new StringSerializer())) {
            assertThatThrownBy(producer::initTransactions).isInstanceOf(TransactionalIdAuthorizationException.class);
        }
    }

    /** Else what is refused here could be allowed, or safety be turned down, by whoever is refused. */
    @Test
    void theClusterItselfIsNotAltered() {
        var everything = new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "amqp.", PatternType.PREFIXED),
                new AccessControlEntry("User:mallory", "*", AclOperation.ALL, AclPermissionType.ALLOW));
        var copies = new AlterConfigOp(new ConfigEntry("min.insync.replicas", "1"), AlterConfigOp.OpType.SET);

        refusedOfTheCluster(asMallory.createAcls(List.of(everything)).all());
        refusedOfTheCluster(asMallory.deleteAcls(List.of(AclBindingFilter.ANY)).all());
        refusedOfTheCluster(asMallory
                .incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.BROKER, ""), List.of(copies)))
                .all());
    }

    private static void refusedOfTheCluster(KafkaFuture<?> future) {
        assertThatThrownBy(future::get).hasCauseInstanceOf(ClusterAuthorizationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"q._2f.orders", "s._2f.river"})
    void queuesAndStreamsAreWrittenAndReadByKafkaClients(String topic) throws Exception {
        produce(topic);

        assertThat(read(topic)).isPositive();
    }

    @Test
    void ordinaryTopicsAreAnybodysWhereNothingIsForbidden() {
        assertThatCode(() -> {
                    produce(OWN);
                    asMallory.incrementalAlterConfigs(shortRetention(OWN)).all().get();
                    asMallory.deleteTopics(List.of(OWN)).all().get();
                })
                .doesNotThrowAnyException();
    }

    private static void refused(KafkaFuture<Void> future) {
        assertThatThrownBy(future::get).hasCauseInstanceOf(TopicAuthorizationException.class);
    }

    private static Map<ConfigResource, Collection<AlterConfigOp>> shortRetention(String topic) {
        return Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(new AlterConfigOp(new ConfigEntry("retention.ms", "1000"), AlterConfigOp.OpType.SET)));
    }

    private static void produce(String topic) throws Exception {
        try (var producer = new KafkaProducer<>(MALLORY, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, "value")).get();
        }
    }

    private static int read(String topic) {
        var settings = new HashMap<>(MALLORY);
        settings.put("auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            return consumer.poll(Duration.ofSeconds(20)).count();
        }
    }
}
