package io.millrace.broker.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.Message;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.wire.Basic;
import io.millrace.broker.wire.Channel;
import io.millrace.broker.wire.Confirm;
import io.millrace.broker.wire.ContentHeader;
import io.millrace.broker.wire.Method;
import io.millrace.broker.wire.Tx;
import org.junit.jupiter.api.Test;

final class TransactionTest {
    private static final ContentHeader HEADER = new ContentHeader(0, new byte[] {0, 0});
    private static final Message MESSAGE = new Message("", "q", new byte[] {0, 0}, new byte[0], Message.NEVER, 0);

    private final RecordingPort port = new RecordingPort();
    private final ChannelMachine channel = new ChannelMachine(port, new SessionId("pod-0", 1), () -> {});

    private void on(Method... methods) {
        for (var method : methods) {
            channel.on(method, null, null);
        }
    }

    private void publish(String routingKey) {
        channel.on(new Basic.Publish("", routingKey, true, false), HEADER, new byte[0]);
    }

    /** Holds deliveries of the queue q at offsets from 0 on, under tags from 1 on. */
    private void hold(int count) {
        for (long offset = 0; offset < count; offset++) {
            on(new Basic.Get("q", false));
            channel.got(RecordingPort.queue("q"), offset, MESSAGE, false, 0);
        }
        port.log.clear();
    }

    private ReplyCode refused(Method method) {
        var error = new ReplyCode[1];
        assertThatThrownBy(() -> on(method))
                .isInstanceOfSatisfying(ChannelError.class, it -> error[0] = it.replyCode());
        return error[0];
    }

    @Test
    void publishesLeaveAtTheCommitWhichIsAnsweredWhenAllHaveArrived() {
        on(new Tx.Select());
        publish("a");
        publish("b");
        assertThat(port.log).containsExactly("SelectOk");

        on(new Tx.Commit());
        channel.published(0, true);
        assertThat(port.log).containsExactly("SelectOk", "publish a", "publish b");

        channel.published(0, true);
        assertThat(port.log).last().isEqualTo("CommitOk");
    }

    @Test
    void acknowledgementsCountAfterThePublishesHaveArrived() {
        hold(3);
        on(new Tx.Select());
        publish("a");
        on(new Basic.Ack(2, true), new Basic.Nack(3, false, false), new Tx.Commit());
        assertThat(port.log).containsExactly("SelectOk", "publish a");

        channel.published(0, true);

        assertThat(port.log).containsExactly("SelectOk", "publish a", "ACK [0, 1]", "DEAD_LETTER [2]", "CommitOk");
    }

    @Test
    void aCommitWithAPublishThatFailedClosesTheChannelAndSettlesNothing() {
        hold(1);
        on(new Tx.Select());
        publish("a");
        publish("b");
        on(new Basic.Ack(1, false), new Tx.Commit());
        channel.published(0, false);

        assertThatThrownBy(() -> channel.published(0, true))
                .isInstanceOfSatisfying(
                        AmqpError.class, it -> assertThat(it.replyCode()).isEqualTo(ReplyCode.PRECONDITION_FAILED));
        assertThat(port.log).doesNotContain("ACK [0]", "CommitOk");
    }

    @Test
    void aRollbackForgetsPublishesAndOpensDeliveriesUnderTheirTags() {
        hold(2);
        on(new Tx.Select());
        publish("a");
        on(new Basic.Ack(1, false));
        assertThat(refused(new Basic.Ack(1, false))).isEqualTo(ReplyCode.PRECONDITION_FAILED);

        on(new Tx.Rollback(), new Basic.Ack(1, false), new Tx.Commit());

        assertThat(port.log).containsExactly("SelectOk", "RollbackOk", "ACK [0]", "CommitOk");
    }

    @Test
    void whatWaitsForACommitIsToldToANewOwner() {
        hold(2);
        on(new Tx.Select(), new Basic.Ack(1, false));

        channel.reattach(RecordingPort.queue("q"));

        assertThat(port.log).last().isEqualTo("hand back [1, 0]");
    }

    @Test
    void whatGoesNowhereIsReturnedAtTheCommit() {
        on(new Tx.Select());
        publish("nowhere");
        assertThat(port.log).containsExactly("SelectOk");

        on(new Tx.Commit());

        assertThat(port.log).containsExactly("SelectOk", "Return", "CommitOk");
    }

    @Test
    void methodsBehindACommitWaitForItsAnswer() {
        on(new Tx.Select());
        publish("a");
        on(new Tx.Commit(), new Basic.Qos(0, 1, false));
        assertThat(port.log).doesNotContain("QosOk");

        channel.published(0, true);

        assertThat(port.log).endsWith("CommitOk", "QosOk");
    }

    @Test
    void aCloseForgetsWhatWasNotCommitted() {
        hold(1);
        on(new Tx.Select());
        publish("a");
        on(new Basic.Ack(1, false), new Channel.Close(200, "", 0, 0));

        assertThat(port.log).containsExactly("SelectOk", "session closed");
    }

    @Test
    void confirmsAndTransactionsDoNotGoTogether() {
        on(new Tx.Select());
        assertThat(refused(new Confirm.Select(false))).isEqualTo(ReplyCode.PRECONDITION_FAILED);
    }

    @Test
    void thereIsNothingToCommitWithoutATransaction() {
        assertThat(refused(new Tx.Rollback())).isEqualTo(ReplyCode.PRECONDITION_FAILED);
        assertThat(refused(new Tx.Commit())).isEqualTo(ReplyCode.PRECONDITION_FAILED);
    }
}
