package io.millrace.broker.cluster;

import io.millrace.broker.cluster.LinkMessage.Change;
import io.millrace.broker.cluster.LinkMessage.Count;
import io.millrace.broker.cluster.LinkMessage.ToQueue;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.topology.TopologyCommand;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** This pod's links as an edge: commands to queues that other pods own, and what their owners say to the sessions here. */
final class Links implements SlotRunners.Owners, AutoCloseable {
    /** Told the answer to a request, or null when the link broke before it came. */
    interface Answer extends Consumer<@Nullable LinkMessage> {}

    /** Told what becomes of other pods, as far as links show it; on their loops. */
    interface Peers {
        /** A link that was broken is there again. */
        void restored(String pod);

        /** The owner of a slot hands it over. */
        void detach(String pod, int slot, long epoch);

        /** As {@link LinkClient.Listener#died}. */
        void died(String pod);
    }

    private record Pending(String pod, Answer answer) {}

    private final String self;
    private final LinkSettings settings;
    private final List<EventLoop> loops;
    private final QueueTable table;
    private final Peers peers;
    private final Map<String, LinkClient> clients = new ConcurrentHashMap<>();
    private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
    private final AtomicLong requests = new AtomicLong();

    Links(String self, LinkSettings settings, List<EventLoop> loops, QueueTable table, Peers peers) {
        this.peers = peers;
        this.self = self;
        this.settings = settings;
        this.loops = List.copyOf(loops);
        this.table = table;
    }

    /** Sends a command to the owner of a queue. */
    void toQueue(SlotOwner owner, long qid, @Nullable SessionId session, QueueCommand command) {
        client(owner.pod()).send(new ToQueue(qid, owner.epoch(), session == null ? 0 : session.number(), command));
    }

    /** Asks the owner of a queue for its counts. */
    void count(String pod, long qid, Answer answer) {
        long request = remember(pod, answer);
        client(pod).send(new Count(request, qid));
    }

    /** Asks the writer of the topology for a change. */
    void change(String pod, TopologyCommand command, Answer answer) {
        long request = remember(pod, answer);
        client(pod).send(new Change(request, self, command));
    }

    /** Brings an answer to the pod of the channel that asked, or without a message asks whether that is there. */
    void reply(String pod, String address, @Nullable Message message, DirectReplies.Outcome outcome) {
        if (!settings.peers().containsKey(pod)) {
            outcome.reached(false); // anybody may publish to any address
            return;
        }
        long request = remember(
                pod, answer -> outcome.reached(answer instanceof LinkMessage.Replied(var of, var there) && there));
        client(pod).send(new LinkMessage.Reply(request, address, message));
    }

    /** Offers a message to the owner of a queue. */
    void offer(SlotOwner owner, long qid, Message message, Answer answer) {
        long request = remember(owner.pod(), answer);
        client(owner.pod()).send(new LinkMessage.Offer(request, qid, owner.epoch(), message));
    }

    /** Asks a pod about itself; returns what to call the request. */
    long inquire(String pod, String question, Answer answer) {
        long request = remember(pod, answer);
        client(pod).send(new LinkMessage.Inquire(request, question));
        return request;
    }

    /** Nobody waits for the answer to a request any more. */
    void forget(long request) {
        pending.remove(request);
    }

    /** Tells the writer of the topology how far this pod has applied it. */
    void applied(String pod, long offset) {
        client(pod).send(new LinkMessage.Applied(offset));
    }

    @Override
    public void attached(String pod, int slot, long epoch) {
        if (settings.peers().containsKey(pod)) {
            client(pod).send(new LinkMessage.Attached(slot, epoch));
        }
    }

    @Override
    public void detached(String pod, int slot, long epoch) {
        client(pod).send(new LinkMessage.Detached(slot, epoch));
    }

    private long remember(String pod, Answer answer) {
        long request = requests.incrementAndGet();
        pending.put(request, new Pending(pod, answer));
        return request;
    }

    private LinkClient client(String pod) {
        return clients.computeIfAbsent(
                pod,
                peer -> new LinkClient(
                        self,
                        peer,
                        settings,
                        loops.get(Math.floorMod(peer.hashCode(), loops.size())),
                        new LinkClient.Listener() {
                            @Override
                            public void received(LinkMessage message) {
                                Links.this.received(peer, message);
                            }

                            @Override
                            public void broken() {
                                breakOff(peer);
                            }

                            @Override
                            public void restored() {
                                table.ownedBy(peer).forEach(QueueHandle::reattach);
                                peers.restored(peer);
                            }

                            @Override
                            public void died() {
                                peers.died(peer);
                            }
                        }));
    }

    private void breakOff(String pod) {
        var broken = new ArrayList<Answer>();
        pending.values().removeIf(one -> {
            if (one.pod().equals(pod)) {
                broken.add(one.answer());
                return true;
            }
            return false;
        });
        broken.forEach(answer -> answer.accept(null));
    }

    private void received(String pod, LinkMessage message) {
        switch (message) {
            case LinkMessage.Subscribed(var qid, var session, var tag, var accepted) ->
                toSession(pod, qid, session, (queue, events) -> events.subscribed(queue, tag, accepted));
            case LinkMessage.Delivery one ->
                toSession(
                        pod,
                        one.qid(),
                        one.session(),
                        (queue, events) -> events.deliver(
                                queue, one.consumerTag(), one.noAck(), one.offset(), one.message(), one.redelivered()));
            case LinkMessage.Got got ->
                toSession(
                        pod,
                        got.qid(),
                        got.session(),
                        (queue, events) -> events.got(
                                queue, got.request(), got.offset(), got.message(), got.redelivered(), got.remaining()));
            case LinkMessage.Purged(var qid, var session, var request, var count) ->
                toSession(pod, qid, session, (queue, events) -> events.purged(queue, request, count));
            case LinkMessage.Rewound(var qid, var session, var request) ->
                toSession(pod, qid, session, (queue, events) -> events.rewound(queue, request));
            case LinkMessage.Cancelled(var qid, var session, var tag) ->
                toSession(pod, qid, session, (queue, events) -> events.cancelled(queue, tag));
            case LinkMessage.Detach(var slot, var epoch) -> peers.detach(pod, slot, epoch);
            case LinkMessage.Counted counted -> answer(counted.request(), counted);
            case LinkMessage.Changed changed -> answer(changed.request(), changed);
            case LinkMessage.Refused refused -> answer(refused.request(), refused);
            case LinkMessage.NotWriter refused -> answer(refused.request(), refused);
            case LinkMessage.Replied replied -> answer(replied.request(), replied);
            case LinkMessage.Offered offered -> answer(offered.request(), offered);
            case LinkMessage.NotOwner refused -> answer(refused.request(), refused);
            case LinkMessage.Told told -> answer(told.request(), told);
            case LinkMessage.Offer edge -> throw new IllegalArgumentException("an edge's message from an owner");
            case LinkMessage.Reply edge -> throw new IllegalArgumentException("an edge's message from an owner");
            case LinkMessage.Hello edge -> throw new IllegalArgumentException("an edge's message from an owner");
            case LinkMessage.ToQueue edge -> throw new IllegalArgumentException("an edge's message from an owner");
            case LinkMessage.Attached edge -> throw new IllegalArgumentException("an edge's message from an owner");
            case LinkMessage.Detached edge -> throw new IllegalArgumentException("an edge's message from an owner");
            case LinkMessage.Applied edge -> throw new IllegalArgumentException("an edge's message from an owner");
            case LinkMessage.Inquire edge -> throw new IllegalArgumentException("an edge's message from an owner");
            case LinkMessage.Count edge -> throw new IllegalArgumentException("an edge's message from an owner");
            case LinkMessage.Change edge -> throw new IllegalArgumentException("an edge's message from an owner");
        }
    }

    private void toSession(String pod, long qid, long session, AttachedSessions.Saying saying) {
        var queue = table.byId(qid);
        if (queue != null) {
            queue.fromOwner(pod, new SessionId(self, session), saying);
        }
    }

    private void answer(long request, LinkMessage message) {
        var one = pending.remove(request);
        if (one != null) {
            one.answer().accept(message);
        }
    }

    @Override
    public void close() {
        clients.values().forEach(LinkClient::close);
    }
}
