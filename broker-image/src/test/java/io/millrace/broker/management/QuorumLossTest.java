package io.millrace.broker.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.LogView.Settings;
import io.millrace.broker.log.LogView.Voters;
import io.millrace.broker.log.TopicState;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.QueueDefinition;
import io.millrace.broker.topology.QueueKind;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What would be lost with node 1. */
class QuorumLossTest {
    private static final int NODE = 1;

    private static TopicState topic(String name, List<Integer> isr) {
        return new TopicState(
                name, "id", List.of(new TopicState.Partition(0, OptionalInt.of(0), List.of(0, 1, 2), isr)));
    }

    private static List<String> lost(String minIsr, List<Integer> isr) {
        var settings = new Settings(Map.of("min.insync.replicas", minIsr), Map.of());
        return QuorumLoss.topics(NODE, List.of(topic("q.orders", isr)), Map.of("q.orders", settings));
    }

    @Test
    void aTopicThatWouldHaveTooFewReplicasInSyncIsLost() {
        assertThat(lost("2", List.of(0, 1))).containsExactly("q.orders");
        assertThat(lost("3", List.of(0, 1, 2))).containsExactly("q.orders");
        assertThat(lost("1", List.of(1))).containsExactly("q.orders");
    }

    @Test
    void aTopicWithReplicasToSpareIsNot() {
        assertThat(lost("2", List.of(0, 1, 2))).isEmpty();
        assertThat(lost("1", List.of(0, 1))).isEmpty();
    }

    @Test
    void whatTheNodeIsNotInSyncWithIsNotLostByIt() {
        assertThat(lost("2", List.of(0, 2))).isEmpty();
        assertThat(lost("2", List.of(0))).isEmpty();
    }

    @Test
    void aTopicWhoseSettingsAreNotToldNeedsOneReplica() {
        assertThat(QuorumLoss.topics(NODE, List.of(topic("q.a", List.of(1)), topic("q.b", List.of(0, 1))), Map.of()))
                .containsExactly("q.a");
    }

    @ParameterizedTest
    @CsvSource({
        "0 1 2, 0 1 2, false",
        "0 1 2, 0 1, true",
        "0 1 2, 0 2, false",
        "0 1, 0 1, true",
        "1, 1, true",
        "1000 1001 1002, 1000 1001, false",
        "0 1 2 3 4, 0 1 2 3, false",
        "0 1 2 3 4, 0 1 2, true",
    })
    void metadataNeedsAMajorityOfVotersThatKeepUp(String all, String caughtUp, boolean isLost) {
        assertThat(QuorumLoss.takesMetadata(NODE, new Voters(nodes(all), nodes(caughtUp))))
                .isEqualTo(isLost);
    }

    private static Set<Integer> nodes(String text) {
        return Stream.of(text.split(" ")).map(Integer::valueOf).collect(Collectors.toSet());
    }

    @Test
    void whatWouldBeLostIsNamedAsInRabbitMq() {
        var queue = new QueueDefinition(
                VirtualHostName.DEFAULT,
                new QueueName("orders"),
                true,
                null,
                false,
                FieldTable.EMPTY,
                QueueKind.LOG,
                1,
                "q.orders",
                0,
                1,
                null);

        var lost = QuorumRoutes.answer(List.of("q.orders", "amqp.slots"), true, Map.of("q.orders", queue));

        assertThat(lost.status()).isEqualTo(503);
        assertThat(String.valueOf(lost.body())).isEqualTo("""
                {"status":"failed","reason":"There are quorum queues that would lose their quorum if the target node is shut down",\
                "queues":[{"readable_name":"queue 'orders' in vhost '/'","name":"orders","virtual_host":"/","type":"rabbit_classic_queue"},\
                {"readable_name":"amqp.slots","name":"amqp.slots","virtual_host":"(not applicable)","type":"process"},\
                {"readable_name":"the quorum of Kafka's metadata","name":"the quorum of Kafka's metadata","virtual_host":"(not applicable)","type":"process"}]}""");
        assertThat(QuorumRoutes.answer(List.of(), false, Map.of()).status()).isEqualTo(200);
    }

    @Test
    void nodesAreThoseThatHaveReplicas() {
        assertThat(QuorumLoss.nodes(List.of(topic("q.orders", List.of(1))))).containsExactlyInAnyOrder(0, 1, 2);
    }
}
