package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.ReplyAddress;
import io.millrace.broker.queue.SessionId;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DirectRepliesTest {
    private static final SessionId CHANNEL = new SessionId("pod-0", 3);
    private static final Message ANSWER = new Message("", "k", new byte[2], new byte[] {42}, Message.NEVER, 0);

    private final EventLoop loop = new EmbeddedChannel().eventLoop();
    private final DirectReplies replies = new DirectReplies(
            "pod-0",
            new Links("pod-0", LinkSettings.ALONE, List.of(loop), new QueueTable(List.of(loop)), new NoPeers()));
    private final List<Message> answers = new ArrayList<>();

    private boolean send(String address) {
        var reached = new ArrayList<Boolean>();
        replies.send(address, ANSWER, reached::add);
        return reached.getFirst();
    }

    private boolean isThere(String address) {
        var reached = new ArrayList<Boolean>();
        replies.look(address, reached::add);
        return reached.getFirst();
    }

    @Test
    void anAnswerReachesTheChannelThatAsks() {
        var address = replies.open(CHANNEL, answers::add);

        assertThat(isThere(address)).isTrue();
        assertThat(answers).isEmpty();
        assertThat(send(address)).isTrue();
        assertThat(answers).containsExactly(ANSWER);
    }

    @Test
    void aChannelThatIsGoneIsNotReached() {
        var address = replies.open(CHANNEL, answers::add);

        replies.close(address);

        assertThat(isThere(address)).isFalse();
        assertThat(send(address)).isFalse();
        assertThat(answers).isEmpty();
    }

    @Test
    void whoKnowsTheChannelButNotItsSecretReachesNobody() {
        replies.open(CHANNEL, answers::add);

        assertThat(send(ReplyAddress.of(CHANNEL, new byte[16]).name())).isFalse();
    }

    @Test
    void anAddressOfAPodThatThereIsNotReachesNobody() {
        assertThat(send(ReplyAddress.of(new SessionId("nowhere", 3), new byte[16])
                        .name()))
                .isFalse();
        assertThat(send("amq.rabbitmq.reply-to.nonsense")).isFalse();
    }
}
