package io.millrace.broker.cluster;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.Message;
import io.millrace.broker.model.Meter;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.topology.Decision;
import io.millrace.broker.topology.QueueDefinition;
import io.millrace.broker.topology.TopologyJson;
import io.millrace.broker.topology.TopologyKeys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Link messages as bytes: a kind, then the fields in their order. Both ends run the same release or its neighbour; the kind's number never changes its meaning. */
final class LinkCodec {
    private LinkCodec() {}

    static void write(LinkBuffer out, LinkMessage message) {
        switch (message) {
            case LinkMessage.Hello(var pod) -> {
                out.small(0);
                out.text(pod);
            }
            case LinkMessage.ToQueue(var qid, var epoch, var session, var command) -> {
                head(out, 21, qid, epoch);
                out.number(session);
                LinkQueueCommands.write(out, command);
            }
            case LinkMessage.Count(var request, var qid) -> head(out, 2, request, qid);
            case LinkMessage.Applied(var offset) -> {
                out.small(13);
                out.number(offset);
            }
            case LinkMessage.Attached(var slot, var epoch) -> head(out, 18, slot, epoch);
            case LinkMessage.Detached(var slot, var epoch) -> head(out, 20, slot, epoch);
            case LinkMessage.Change(var request, var homePod, var command) -> {
                out.small(3);
                out.number(request);
                out.text(homePod);
                LinkTopologyCommands.write(out, command);
            }
            case LinkMessage.Reply(var request, var address, var reply) -> {
                out.small(14);
                out.number(request);
                out.text(address);
                optional(out, reply);
            }
            case LinkMessage.Offer(var request, var qid, var epoch, var offered) -> {
                head(out, 22, request, qid);
                out.number(epoch);
                out.message(offered);
            }
            case LinkMessage.Inquire(var request, var question) -> {
                out.small(25);
                out.number(request);
                out.text(question);
            }
            default -> writeOwners(out, message);
        }
    }

    private static void writeOwners(LinkBuffer out, LinkMessage message) {
        switch (message) {
            case LinkMessage.Detach(var slot, var epoch) -> head(out, 19, slot, epoch);
            case LinkMessage.Subscribed(var qid, var session, var tag, var accepted) -> {
                head(out, 4, qid, session);
                out.text(tag);
                out.flag(accepted);
            }
            case LinkMessage.Delivery delivery -> {
                head(out, 5, delivery.qid(), delivery.session());
                out.text(delivery.consumerTag());
                out.flag(delivery.noAck());
                out.number(delivery.offset());
                out.flag(delivery.redelivered());
                out.message(delivery.message());
            }
            case LinkMessage.Got got -> {
                head(out, 6, got.qid(), got.session());
                out.number(got.request());
                out.number(got.offset());
                out.flag(got.redelivered());
                out.number(got.remaining());
                optional(out, got.message());
            }
            case LinkMessage.Purged(var qid, var session, var request, var count) -> {
                head(out, 7, qid, session);
                out.number(request);
                out.number(count);
            }
            case LinkMessage.Rewound(var qid, var session, var request) -> {
                head(out, 24, qid, session);
                out.number(request);
            }
            case LinkMessage.Cancelled(var qid, var session, var tag) -> {
                head(out, 8, qid, session);
                out.text(tag);
            }
            default -> writeAnswers(out, message);
        }
    }

    private static void writeAnswers(LinkBuffer out, LinkMessage message) {
        switch (message) {
            case LinkMessage.Counted(var request, var count) -> {
                head(out, 9, request, count.ready());
                out.number(count.unacked());
                out.number(count.consumers());
                out.number(count.former());
                count.flow().meters().forEach(meter -> {
                    out.number(meter.count());
                    out.number(Double.doubleToLongBits(meter.perSecond()));
                });
            }
            case LinkMessage.Told(var request, var words) -> {
                out.small(26);
                out.number(request);
                out.text(words);
            }
            case LinkMessage.Changed(var request, var offset, var reply) -> {
                head(out, 10, request, offset);
                reply(out, reply);
            }
            case LinkMessage.Refused(var request, var error) -> {
                out.small(11);
                out.number(request);
                out.flag(error instanceof ChannelError);
                out.number(error.replyCode().code());
                out.text(error.explanation());
            }
            case LinkMessage.NotWriter(var request) -> {
                out.small(12);
                out.number(request);
            }
            case LinkMessage.Replied(var request, var there) -> {
                out.small(15);
                out.number(request);
                out.flag(there);
            }
            case LinkMessage.Offered(var request, var arrived) -> {
                out.small(17);
                out.number(request);
                out.flag(arrived);
            }
            case LinkMessage.NotOwner(var request) -> {
                out.small(23);
                out.number(request);
            }
            default -> throw new IllegalArgumentException("written as an edge's message");
        }
    }

    private static void head(LinkBuffer out, int kind, long first, long second) {
        out.small(kind);
        out.number(first);
        out.number(second);
    }

    private static void optional(LinkBuffer out, @Nullable Message message) {
        out.flag(message != null);
        if (message != null) {
            out.message(message);
        }
    }

    private static void reply(LinkBuffer out, Decision.Reply reply) {
        switch (reply) {
            case Decision.Reply.Done done -> out.small(0);
            case Decision.Reply.Declared(var queue, var isNew) -> {
                out.small(1);
                queue(out, queue);
                out.flag(isNew);
            }
            case Decision.Reply.Removed(var queues) -> {
                out.small(2);
                out.number(queues.size());
                queues.forEach(queue -> queue(out, queue));
            }
        }
    }

    private static void queue(LinkBuffer out, QueueDefinition queue) {
        out.text(TopologyKeys.encode(queue.key()));
        out.text(TopologyJson.encode(queue));
    }

    /** A pod of an older version tells none. */
    private static QueueFlow flow(LinkBuffer in) {
        return in.isAtEnd() ? QueueFlow.NOTHING : new QueueFlow(meter(in), meter(in), meter(in), meter(in));
    }

    private static Meter meter(LinkBuffer in) {
        return new Meter(in.number(), Double.longBitsToDouble(in.number()));
    }

    /** @param edgePod the pod that sends, if it is an edge: its sessions carry its name */
    static LinkMessage read(LinkBuffer in, String edgePod) {
        return switch (in.small()) {
            case 0 -> new LinkMessage.Hello(in.text());
            case 2 -> new LinkMessage.Count(in.number(), in.number());
            case 3 -> new LinkMessage.Change(in.number(), in.text(), LinkTopologyCommands.read(in));
            case 4 -> new LinkMessage.Subscribed(in.number(), in.number(), in.text(), in.flag());
            case 5 ->
                new LinkMessage.Delivery(
                        in.number(), in.number(), in.text(), in.flag(), in.number(), in.flag(), in.message());
            case 6 ->
                new LinkMessage.Got(
                        in.number(),
                        in.number(),
                        in.number(),
                        in.number(),
                        in.flag(),
                        in.number(),
                        in.flag() ? in.message() : null);
            case 7 -> new LinkMessage.Purged(in.number(), in.number(), in.number(), in.number());
            case 8 -> new LinkMessage.Cancelled(in.number(), in.number(), in.text());
            case 9 ->
                new LinkMessage.Counted(
                        in.number(),
                        new QueueCount(in.number(), in.number(), (int) in.number(), in.number(), flow(in)));
            case 10 -> new LinkMessage.Changed(in.number(), in.number(), reply(in));
            case 11 -> new LinkMessage.Refused(in.number(), error(in));
            case 12 -> new LinkMessage.NotWriter(in.number());
            case 13 -> new LinkMessage.Applied(in.number());
            case 14 -> new LinkMessage.Reply(in.number(), in.text(), in.flag() ? in.message() : null);
            case 15 -> new LinkMessage.Replied(in.number(), in.flag());
            case 17 -> new LinkMessage.Offered(in.number(), in.flag());
            case 18 -> new LinkMessage.Attached((int) in.number(), in.number());
            case 19 -> new LinkMessage.Detach((int) in.number(), in.number());
            case 20 -> new LinkMessage.Detached((int) in.number(), in.number());
            case 21 -> toQueue(in, edgePod);
            case 25 -> new LinkMessage.Inquire(in.number(), in.text());
            case 26 -> new LinkMessage.Told(in.number(), in.text());
            case 22 -> new LinkMessage.Offer(in.number(), in.number(), in.number(), in.message());
            case 23 -> new LinkMessage.NotOwner(in.number());
            case 24 -> new LinkMessage.Rewound(in.number(), in.number(), in.number());
            default -> throw new IllegalArgumentException("an unknown message on a link");
        };
    }

    private static LinkMessage toQueue(LinkBuffer in, String edgePod) {
        long qid = in.number();
        long epoch = in.number();
        long session = in.number();
        var command = LinkQueueCommands.read(in, new SessionId(edgePod, session));
        return new LinkMessage.ToQueue(qid, epoch, session, command);
    }

    private static Decision.Reply reply(LinkBuffer in) {
        return switch (in.small()) {
            case 0 -> new Decision.Reply.Done();
            case 1 -> new Decision.Reply.Declared(queue(in), in.flag());
            case 2 -> {
                var queues = new ArrayList<QueueDefinition>();
                for (long left = in.number(); left > 0; left--) {
                    queues.add(queue(in));
                }
                yield new Decision.Reply.Removed(List.copyOf(queues));
            }
            default -> throw new IllegalArgumentException("an unknown reply on a link");
        };
    }

    private static QueueDefinition queue(LinkBuffer in) {
        var key = TopologyKeys.decode(in.text()).orElseThrow(() -> new IllegalArgumentException("an unknown key"));
        return (QueueDefinition) TopologyJson.decode(key, in.text());
    }

    private static AmqpError error(LinkBuffer in) {
        boolean ofChannel = in.flag();
        var code = ReplyCode.of((int) in.number()).orElse(ReplyCode.INTERNAL_ERROR);
        var explanation = in.text();
        return ofChannel ? new ChannelError(code, explanation) : new ConnectionError(code, explanation);
    }
}
