package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.Message;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.topology.AppliesTo;
import io.millrace.broker.topology.Policy;
import io.millrace.broker.topology.ResourcePattern;
import io.millrace.broker.topology.TopologyCommand;
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

    static Stream<LinkMessage> messages() {
        return Stream.of(
                new LinkMessage.Reply(7, "amq.rabbitmq.reply-to.a.b", MESSAGE),
                new LinkMessage.Reply(7, "amq.rabbitmq.reply-to.a.b", null),
                new LinkMessage.Replied(7, true),
                new LinkMessage.Replied(8, false),
                new LinkMessage.Offer(1, 2, 3, MESSAGE),
                new LinkMessage.NotOwner(1),
                new LinkMessage.Rewound(1, 2, 3),
                new LinkMessage.Offered(1, true),
                new LinkMessage.Attached(63, 123_456_789_012L),
                new LinkMessage.Detach(63, 123_456_789_012L),
                new LinkMessage.Detached(0, 1),
                new LinkMessage.Change(3, "pod-0", new TopologyCommand.PutSetting(POLICY)),
                new LinkMessage.Change(3, "pod-0", new TopologyCommand.DeleteSetting(POLICY.key())),
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
