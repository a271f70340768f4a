package io.millrace.broker.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.wire.Basic;
import io.millrace.broker.wire.Channel;
import io.millrace.broker.wire.ContentHeader;
import org.junit.jupiter.api.Test;

/** A channel whose client has closed it and whose publishes have not arrived yet. */
final class ClosingChannelTest {
    private static final Message MESSAGE = new Message("", "q", new byte[2], new byte[0], Message.NEVER, 0);

    private final RecordingPort port = new RecordingPort();
    private final ChannelMachine channel = new ChannelMachine(port, new SessionId("pod-0", 1), () -> {});

    /** A consumer that is still known would get the message again at once, and again, and its event loop would do nothing else for ever. */
    @Test
    void aDeliveryThatComesMeanwhileReturnsWithTheSessionAndNotBefore() {
        channel.on(new Basic.Consume("q", "c", false, false, false, false, FieldTable.EMPTY), null, null);
        channel.subscribed(RecordingPort.queue("q"), "c", true);
        channel.on(new Basic.Publish("", "q", false, false), new ContentHeader(0, new byte[2]), new byte[0]);
        channel.on(new Channel.Close(200, "", 0, 0), null, null);
        port.log.clear();

        channel.deliver(RecordingPort.queue("q"), "c", false, 7, MESSAGE, false);
        assertThat(port.log).isEmpty();

        channel.published(0, true);
        assertThat(port.log).containsExactly("session closed");
    }
}
