package io.millrace.broker.topology;

import static io.millrace.broker.topology.Scene.ALICE;
import static io.millrace.broker.topology.Scene.ALICE_ELSEWHERE;
import static io.millrace.broker.topology.Scene.VHOST;
import static io.millrace.broker.topology.Scene.argument;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.QueueName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopologyMachineTest {
    private final Scene scene = Scene.withAlice();

    @Test
    void aDurableQueueGetsATopicASlotAndTheClassicType() {
        var reply =
                scene.accepted(Scene.declareQueue("work/1", FieldTable.EMPTY)).reply();

        var queue = scene.queueNamed("work/1");
        assertThat(reply).isEqualTo(new Decision.Reply.Declared(queue, true));
        assertThat(queue.kind()).isEqualTo(QueueKind.LOG);
        assertThat(queue.topic()).isEqualTo("q._2f.work_2f1");
        assertThat(queue.slot()).isEqualTo(LogNames.slot(VHOST, new QueueName("work/1"), 64));
        assertThat(queue.homePod()).isNull();
        assertThat(queue.arguments()).isEqualTo(argument("x-queue-type", "classic"));
    }

    @Test
    void anExclusiveQueueLiesInMemoryAndIsNotDurable() {
        scene.accepted(
                new TopologyCommand.DeclareQueue(ALICE, VHOST, "mine", false, true, true, false, FieldTable.EMPTY));

        var queue = scene.queueNamed("mine");
        assertThat(queue.kind()).isEqualTo(QueueKind.MEMORY);
        assertThat(queue.durable()).isFalse();
        assertThat(queue.owner()).contains("connection-1");
        assertThat(queue.homePod()).isEqualTo("pod-0");
    }

    @Test
    void declaringAgainChangesNothing() {
        scene.queue("q").exchange("x", "topic").bindQueue("x", "q", "k");

        assertThat(scene.accepted(Scene.declareQueue("q", FieldTable.EMPTY)).events())
                .isEmpty();
        assertThat(scene.accepted(Scene.declareQueue("q", argument("x-queue-type", "classic")))
                        .events())
                .isEmpty();
        assertThat(scene.accepted(Scene.declareExchange("x", "topic")).events()).isEmpty();
        assertThat(scene.accepted(Scene.declareExchange("amq.topic", "topic")).events())
                .isEmpty();
        assertThat(scene.accepted(
                                new TopologyCommand.Bind(ALICE, VHOST, "x", Scene.toQueue("q"), "k", FieldTable.EMPTY))
                        .events())
                .isEmpty();
        assertThat(scene.accepted(new TopologyCommand.PutVirtualHost(new VirtualHost(VHOST, "")))
                        .events())
                .isEmpty();
    }

    @Test
    void lineEndsInNamesAreDropped() {
        scene.queue("a\r\nb");

        assertThat(scene.hasQueue("ab")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "amq.direct", "amq.fanout", "amq.topic", "amq.headers", "amq.match", "amq.rabbitmq.trace"})
    void everyVirtualHostHasThePredeclaredExchanges(String name) {
        assertThat(scene.exchange(name).durable()).isTrue();
        assertThat(scene.exchange(name).internal()).isEqualTo(name.equals("amq.rabbitmq.trace"));
    }

    @Test
    void deletingAQueueRemovesItsBindingsFirst() {
        scene.exchange("x", "direct").queue("q").bindQueue("x", "q", "a").bindQueue("x", "q", "b");

        var decision = scene.accepted(Scene.deleteQueue("q"));

        assertThat(decision.events().stream()
                        .map(event -> event.key().getClass().getSimpleName()))
                .containsExactly("OfBinding", "OfBinding", "OfQueue");
        assertThat(scene.vhost().bindings()).isEmpty();
    }

    @Test
    void deletingWhatIsNotThereIsFine() {
        assertThat(scene.accepted(Scene.deleteQueue("none")))
                .isEqualTo(new Decision.Accepted(List.of(), new Decision.Reply.Removed(List.of())));
        assertThat(scene.accepted(Scene.deleteExchange("none")).events()).isEmpty();
        assertThat(scene.accepted(Scene.unbindQueue("none", "none", "")).events())
                .isEmpty();
    }

    @Test
    void anAutoDeleteExchangeGoesWithItsLastBindingAndTakesOthersAlong() {
        scene.accepted(Scene.declareAutoDelete("outer"));
        scene.accepted(Scene.declareAutoDelete("inner"));
        scene.queue("q1", "q2")
                .bindExchange("outer", "inner", "")
                .bindQueue("inner", "q1", "")
                .bindQueue("inner", "q2", "");

        scene.accepted(Scene.deleteQueue("q1"));
        assertThat(scene.hasExchange("inner")).isTrue();

        scene.accepted(Scene.unbindQueue("inner", "q2", ""));
        assertThat(scene.hasExchange("inner")).isFalse();
        assertThat(scene.hasExchange("outer")).isFalse();
        assertThat(scene.hasQueue("q2")).isTrue();
    }

    @Test
    void autoDeleteExchangesInACircleGoTogether() {
        scene.accepted(Scene.declareAutoDelete("a"));
        scene.accepted(Scene.declareAutoDelete("b"));
        scene.bindExchange("a", "b", "").bindExchange("b", "a", "").bindExchange("a", "a", "");

        scene.accepted(Scene.deleteExchange("a"));

        assertThat(scene.hasExchange("b")).isFalse();
        assertThat(scene.vhost().bindings()).isEmpty();
    }

    @Test
    void aClosedConnectionTakesItsExclusiveQueuesAlong() {
        scene.accepted(Scene.declareExclusive(ALICE, "mine"));
        scene.accepted(Scene.declareExclusive(ALICE_ELSEWHERE, "yours"));
        scene.queue("q").bindQueue("amq.direct", "mine", "k");

        var decision = scene.accepted(new TopologyCommand.ConnectionClosed("connection-1"));

        assertThat(((Decision.Reply.Removed) decision.reply()).queues()).hasSize(1);
        assertThat(scene.hasQueue("mine")).isFalse();
        assertThat(scene.hasQueue("yours")).isTrue();
        assertThat(scene.hasQueue("q")).isTrue();
        assertThat(scene.topology.exclusiveQueues("connection-1")).isEmpty();
    }

    @Test
    void aLostPodTakesTheQueuesInItsMemoryAlong() {
        scene.queue("durable");
        scene.accepted(new TopologyCommand.DeclareQueue(
                ALICE, VHOST, "transient", false, false, false, false, FieldTable.EMPTY));

        scene.accepted(new TopologyCommand.PodLost("pod-1"));
        assertThat(scene.hasQueue("transient")).isTrue();

        scene.accepted(new TopologyCommand.PodLost("pod-0"));
        assertThat(scene.hasQueue("transient")).isFalse();
        assertThat(scene.hasQueue("durable")).isTrue();
    }

    @Test
    void aQueueIsRetiredOnlyIfItIsStillTheSame() {
        scene.queue("q");
        var queue = scene.queueNamed("q");

        scene.accepted(new TopologyCommand.RetireQueue(queue.key(), queue.qid() + 1));
        assertThat(scene.hasQueue("q")).isTrue();

        scene.accepted(new TopologyCommand.RetireQueue(queue.key(), queue.qid()));
        assertThat(scene.hasQueue("q")).isFalse();
    }

    @Test
    void aDeletedVirtualHostLeavesNothingBehind() {
        scene.exchange("x", "direct").queue("q").bindQueue("x", "q", "k").bindQueue("amq.topic", "q", "#");

        scene.accepted(new TopologyCommand.DeleteVirtualHost(VHOST));
        scene.accepted(new TopologyCommand.DeleteUser("alice"));

        assertThat(scene.topology.entries()).isEmpty();
        assertThat(scene.topology.vhost(VHOST)).isEmpty();
    }

    @Test
    void permissionsNeedTheirVirtualHostAndUser() {
        var nobody =
                new Permission(VHOST, "nobody", ResourcePattern.of(""), ResourcePattern.of(""), ResourcePattern.of(""));

        assertThat(scene.refusal(new TopologyCommand.PutPermission(nobody))).isEqualTo("NOT_FOUND - no user 'nobody'");
    }
}
