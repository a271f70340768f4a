package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.Message;
import io.millrace.broker.model.Meter;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.topology.Actor;
import io.millrace.broker.topology.AppliesTo;
import io.millrace.broker.topology.Policy;
import io.millrace.broker.topology.ResourcePattern;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.TopologyKey;
import io.netty.buffer.Unpooled;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LinkCodecTest {
    private static final Message MESSAGE =
            new Message("exchange", "key", new byte[] {0, 0}, new byte[] {1, 2}, 5, Message.NEVER);

    private static final Policy POLICY = new Policy(
            Policy.Layer.OPERATOR,
            VirtualHostName.DEFAULT,
            "p",
            ResourcePattern.anywhere(""),
            AppliesTo.QUEUES,
            3,
            FieldTable.of("max-length", new FieldValue.Int64(1)));

    private static final QueueFlow FLOW =
            new QueueFlow(new Meter(6, 0.5), new Meter(7, 1_000_000), new Meter(8, 0), new Meter(9, 1.25));

    private static final TopologyKey.OfQueue QUEUE =
            new TopologyKey.OfQueue(VirtualHostName.DEFAULT, new QueueName("q"));

    private static LinkMessage change(TopologyCommand command) {
        return new LinkMessage.Change(3, "pod-0", command);
    }

    static Stream<LinkMessage> messages() {
        return Stream.of(
                new LinkMessage.Reply(7, "amq.rabbitmq.reply-to.a.b", MESSAGE),
                new LinkMessage.Reply(7, "amq.rabbitmq.reply-to.a.b", null),
                new LinkMessage.Replied(7, true),
                new LinkMessage.Replied(8, false),
                new LinkMessage.Offer(1, 2, 3, MESSAGE),
                new LinkMessage.NotOwner(1),
                new LinkMessage.Rewound(1, 2, 3),
                new LinkMessage.Counted(1, new QueueCount(2, 3, 4, 5, FLOW)),
                new LinkMessage.Offered(1, true),
                new LinkMessage.Inquire(1, "how?"),
                new LinkMessage.Told(1, ""),
                new LinkMessage.Attached(63, 123_456_789_012L),
                new LinkMessage.Detach(63, 123_456_789_012L),
                new LinkMessage.Detached(0, 1),
                change(new TopologyCommand.PutSetting(POLICY)),
                change(new TopologyCommand.DeleteSetting(POLICY.key())),
                change(new TopologyCommand.ChangeQueue(
                        new Actor("alice", "connection-1"),
                        VirtualHostName.DEFAULT,
                        "q",
                        FieldTable.of("x-max-priority", new FieldValue.Int32(5)))),
                change(new TopologyCommand.SwitchQueue(QUEUE, 7, 2)),
                change(new TopologyCommand.LeaveFormerLog(QUEUE, 7, "q._2f.q")),
                change(new TopologyCommand.RetireQueue(QUEUE, 7)),
                new LinkMessage.ToQueue(9, 123_456_789_012L, 0, new QueueCommand.Declared()));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void messagesComeBackAsTheyWere(LinkMessage message) {
        var buffer = Unpooled.buffer();
        LinkCodec.write(new LinkBuffer(buffer), message);

        assertThat(LinkCodec.read(new LinkBuffer(buffer), "pod-1")).isEqualTo(message);
        assertThat(buffer.isReadable()).isFalse();
    }
}
