package io.millrace.broker.protocol;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.Message;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.queue.ReplyAddress;
import io.millrace.broker.wire.Basic;
import io.millrace.broker.wire.ContentHeader;
import io.millrace.broker.wire.Method;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The publishing half of a channel: what is under way, confirms, and what a transaction holds back until its commit. */
final class ChannelPublishes {
    /** The number of a publish that nobody wants confirmed. */
    private static final long UNCONFIRMED = 0;

    private final ChannelPort port;
    private final Runnable allAnswered;
    private @Nullable ConfirmTracker confirms;
    private @Nullable ArrayDeque<Runnable> heldBack;
    private boolean anyFailed;
    private long underWay;
    private long published;
    private long confirmed;
    private long returned;
    private long dropped;

    /** @param allAnswered told when nothing is under way any more */
    ChannelPublishes(ChannelPort port, Runnable allAnswered) {
        this.port = port;
        this.allAnswered = allAnswered;
    }

    // --- modes ---

    /** Every publish from now on is confirmed; throws 406 in a transaction. */
    void confirm(Method by) {
        if (heldBack != null) {
            throw refused("cannot switch from tx to confirm mode", by);
        }
        if (confirms == null) {
            confirms = new ConfirmTracker();
        }
    }

    /** Every publish from now on waits for {@link #commit}; throws 406 if publishes are confirmed. */
    void holdBack(Method by) {
        if (confirms != null) {
            throw refused("cannot switch from confirm to tx mode", by);
        }
        if (heldBack == null) {
            heldBack = new ArrayDeque<>();
        }
    }

    private static ChannelError refused(String text, Method by) {
        return new ChannelError(ReplyCode.PRECONDITION_FAILED, text, by.classId(), by.methodId());
    }

    private ArrayDeque<Runnable> heldBack(Method by) {
        if (heldBack == null) {
            throw refused("channel is not transactional", by);
        }
        return heldBack;
    }

    // --- publishing ---

    void publish(Basic.Publish publish, ContentHeader header, byte[] body) {
        boolean isReply = publish.exchange().isEmpty() && ReplyAddress.isOne(publish.routingKey());
        if (heldBack != null) {
            heldBack.add(isReply ? () -> reply(publish, header, body) : prepared(publish, header, body));
        } else if (isReply) {
            reply(publish, header, body);
        } else {
            long number = begin();
            if (port.publish(publish, header, body, number) == ChannelPort.Routed.NOWHERE) {
                nowhere(number, publish, header, body);
            }
        }
    }

    private long begin() {
        underWay++;
        published++;
        return confirms == null ? UNCONFIRMED : confirms.take();
    }

    private void reply(Basic.Publish publish, ContentHeader header, byte[] body) {
        long number = begin();
        port.reply(publish, header, body, there -> {
            if (there) {
                answered(number, true);
            } else {
                nowhere(number, publish, header, body);
            }
        });
    }

    /** A publish whose errors and route are known; run at the commit. */
    private Runnable prepared(Basic.Publish publish, ContentHeader header, byte[] body) {
        var ready = port.prepare(publish, header, body);
        return () -> {
            long number = begin();
            if (ready.send(number) == ChannelPort.Routed.NOWHERE) {
                nowhere(number, publish, header, body);
            }
        };
    }

    private void nowhere(long number, Basic.Publish publish, ContentHeader header, byte[] body) {
        if (publish.mandatory()) {
            returned++;
            var unroutable = new Message(
                    publish.exchange(), publish.routingKey(), header.propertyBytes(), body, Message.NEVER, 0);
            port.send(
                    new Basic.Return(
                            ReplyCode.NO_ROUTE.code(),
                            ReplyCode.NO_ROUTE.name(),
                            publish.exchange(),
                            publish.routingKey()),
                    unroutable);
        } else {
            dropped++;
        }
        answered(number, true);
    }

    /** All queues have the message that was published under {@code number}, or one of them cannot have it. */
    void answered(long number, boolean arrived) {
        underWay--;
        anyFailed |= !arrived;
        if (confirms != null && number != UNCONFIRMED) {
            confirms.answered(number, arrived);
            confirmed += arrived ? 1 : 0;
        }
        if (underWay == 0) {
            allAnswered.run();
        }
    }

    PublishCounts counts() {
        return new PublishCounts(published, confirmed, returned, dropped);
    }

    boolean areConfirmed() {
        return confirms != null;
    }

    /** Publishes that the client waits for. */
    long unconfirmed() {
        return confirms == null ? 0 : underWay;
    }

    boolean areHeldBack() {
        return heldBack != null;
    }

    int uncommitted() {
        return heldBack == null ? 0 : heldBack.size();
    }

    boolean isAllAnswered() {
        return underWay == 0;
    }

    /** Sends the confirms that are due. */
    void flushConfirms() {
        if (confirms != null && confirms.hasNews()) {
            confirms.flush(new ConfirmFrames(port));
        }
    }

    // --- transactions ---

    /** Sends everything held back; throws 406 without a transaction. */
    void commit(Method by) {
        var publishes = heldBack(by);
        anyFailed = false;
        underWay++; // so that the end is told once, when all are on their way
        port.sendTogether(() -> {
            for (var next = publishes.poll(); next != null; next = publishes.poll()) {
                next.run();
            }
        });
        answered(UNCONFIRMED, true);
    }

    /** Whether a publish failed since the last {@link #commit} began. */
    boolean hasFailed() {
        return anyFailed;
    }

    /** Forgets everything held back; throws 406 without a transaction. */
    void rollback(Method by) {
        heldBack(by).clear();
    }
}
