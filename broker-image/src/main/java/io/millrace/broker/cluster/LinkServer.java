package io.millrace.broker.cluster;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.topology.Decision;
import io.millrace.broker.topology.TopologyCommand;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The owner's end of links: serves sessions of other pods' clients on the queues of this pod. */
final class LinkServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinkServer.class);
    private static final int UNKNOWN_QUEUE_LOOK_MS = 20;
    private static final int UNKNOWN_QUEUE_LOOKS = 500;

    /** What a pod has sent over a link before it took that for broken is read in this time. */
    static final int REPLACED_MS = 100;

    /** Makes changes of the topology, as {@link TopologyWriter#submit}. */
    interface Writer {
        void submit(TopologyCommand command, String homePod, TopologyWriter.Outcome outcome);
    }

    private final QueueTable table;
    private final Writer writer;
    private final EdgeProgress edges;
    private final EdgeAttachments attachments;
    private final DirectReplies replies;
    private final Inquiries inquiries;
    private final Map<String, Edge> newestOfPod = new ConcurrentHashMap<>();
    private final Channel listener;

    LinkServer(
            LinkSettings settings,
            EventLoopGroup loops,
            QueueTable table,
            Writer writer,
            EdgeProgress edges,
            EdgeAttachments attachments,
            DirectReplies replies,
            Inquiries inquiries) {
        this.inquiries = inquiries;
        this.attachments = attachments;
        this.replies = replies;
        this.edges = edges;
        this.table = table;
        this.writer = writer;
        listener = new ServerBootstrap()
                .group(loops)
                .channel(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel socket) {
                        settings.tls().ifPresent(context -> {
                            var engine = context.get().createSSLEngine();
                            engine.setUseClientMode(false);
                            engine.setNeedClientAuth(true);
                            socket.pipeline().addLast(new SslHandler(engine));
                        });
                        LinkFrames.addTo(socket.pipeline());
                        socket.pipeline().addLast(edge(socket));
                    }
                })
                .bind(settings.host(), settings.port())
                .syncUninterruptibly()
                .channel();
    }

    /** What serves one link. */
    ChannelHandler edge(Channel channel) {
        return new Edge(channel);
    }

    @Override
    public void close() {
        listener.close();
    }

    /** One edge pod's link. */
    private final class Edge extends SimpleChannelInboundHandler<ByteBuf> implements EdgeAttachments.Edge {
        private final Channel channel;
        private final Map<SessionId, RemoteSession> sessions = new HashMap<>();
        private final ArrayDeque<LinkMessage.ToQueue> early = new ArrayDeque<>();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private CompletionStage<Void> olderEnded = CompletableFuture.allOf();
        private @Nullable ArrayDeque<LinkMessage> held;
        private int looks;
        private String pod = "";

        Edge(Channel channel) {
            this.channel = channel;
        }

        @Override
        public String pod() {
            return pod;
        }

        @Override
        public void send(LinkMessage message) {
            LinkFrames.send(channel, message);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf payload) {
            var message = LinkCodec.read(new LinkBuffer(payload), pod);
            if (held == null) {
                receive(message);
            } else {
                held.add(message);
            }
        }

        private void receive(LinkMessage received) {
            switch (received) {
                case LinkMessage.Hello(var name) -> hello(name);
                case LinkMessage.ToQueue toQueue -> toQueue(toQueue);
                case LinkMessage.Count(var request, var qid) -> count(request, qid);
                case LinkMessage.Offer offer -> offer(offer);
                case LinkMessage.Reply(var request, var address, var message) ->
                    send(new LinkMessage.Replied(request, replies.here(address, message)));
                case LinkMessage.Inquire(var request, var question) ->
                    inquiries.here(question).thenAccept(words -> send(new LinkMessage.Told(request, words)));
                case LinkMessage.Applied(var offset) -> edges.applied(this, offset);
                case LinkMessage.Attached(var slot, var epoch) -> attachments.attached(this, slot, epoch);
                case LinkMessage.Detached(var slot, var epoch) -> attachments.detached(this, slot, epoch);
                case LinkMessage.Change(var request, var homePod, var command) ->
                    writer.submit(command, homePod, answer(request));
                default -> throw new IllegalArgumentException("an owner's message from an edge");
            }
        }

        /** A pod has one link. If there is an older one its sessions end first: they come again over this one, and what ended them afterwards would end them here. */
        private void hello(String name) {
            pod = name;
            edges.connected(this, pod);
            attachments.connected(this);
            var older = newestOfPod.put(pod, this);
            if (older != null && !older.equals(this)) {
                held = new ArrayDeque<>();
                channel.config().setAutoRead(false);
                olderEnded = older.replaced();
                olderEnded.thenRun(() -> channel.eventLoop().execute(this::release));
            }
        }

        private CompletionStage<Void> replaced() {
            channel.eventLoop().schedule(() -> channel.close(), REPLACED_MS, TimeUnit.MILLISECONDS);
            return ended;
        }

        private void release() {
            var messages = held;
            held = null;
            if (messages != null) {
                messages.forEach(this::receive);
                channel.config().setAutoRead(true);
            }
        }

        private void toQueue(LinkMessage.ToQueue message) {
            var queue = table.byId(message.qid());
            if (queue == null && table.isGone(message.qid())) {
                refuse(message);
                return;
            }
            if (queue == null || !early.isEmpty()) {
                early.add(message);
                if (early.size() == 1) {
                    looks = 0;
                    lookAgain();
                }
                return;
            }
            deliver(queue, message);
        }

        /** The edge's replica of the topology may be ahead of ours. */
        private void lookAgain() {
            channel.eventLoop().schedule(this::early, UNKNOWN_QUEUE_LOOK_MS, TimeUnit.MILLISECONDS);
        }

        private void early() {
            for (var next = early.peek(); next != null; next = early.peek()) {
                var queue = table.byId(next.qid());
                boolean isToCome = queue == null && !table.isGone(next.qid());
                if (isToCome && looks++ < UNKNOWN_QUEUE_LOOKS) {
                    lookAgain();
                    return;
                }
                early.remove();
                looks = 0;
                if (queue == null) {
                    refuse(next);
                } else {
                    deliver(queue, next);
                }
            }
        }

        /** The queue was deleted: what a session waits for is answered as an empty queue would, and its consumer is cancelled. */
        private void refuse(LinkMessage.ToQueue message) {
            long qid = message.qid();
            long session = message.session();
            switch (message.command()) {
                case QueueCommand.Subscribe(var consumer, var exclusive) -> {
                    var tag = consumer.id().consumerTag();
                    send(new LinkMessage.Subscribed(qid, session, tag, true));
                    send(new LinkMessage.Cancelled(qid, session, tag));
                }
                case QueueCommand.Get get ->
                    send(new LinkMessage.Got(qid, session, get.requestId(), -1, false, 0, null));
                case QueueCommand.Purge purge -> send(new LinkMessage.Purged(qid, session, purge.requestId(), 0));
                case QueueCommand.Rewind rewind -> send(new LinkMessage.Rewound(qid, session, rewind.requestId()));
                default -> {
                    // nothing is owed
                }
            }
        }

        private void deliver(QueueHandle queue, LinkMessage.ToQueue message) {
            if (message.session() == 0) {
                queue.sendFromLink(message.epoch(), message.command(), null, null);
                return;
            }
            var id = new SessionId(pod, message.session());
            var session = sessions.computeIfAbsent(id, key -> new RemoteSession(key, channel));
            session.queues.put(queue, message.epoch());
            queue.sendFromLink(message.epoch(), message.command(), id, session);
            if (message.command() instanceof QueueCommand.SessionClosed) {
                session.queues.remove(queue);
                if (session.queues.isEmpty()) {
                    sessions.remove(id);
                }
            }
        }

        private void offer(LinkMessage.Offer offer) {
            var queue = table.byId(offer.qid());
            Publisher.Done answer = arrived -> send(new LinkMessage.Offered(offer.request(), arrived));
            if (queue == null) {
                answer.done(table.isGone(offer.qid())); // or the edge knows it before we do: the publisher tries again
            } else {
                Runnable notOwner = () -> send(new LinkMessage.NotOwner(offer.request()));
                queue.offers().fromLink(offer.epoch(), offer.message(), answer, notOwner);
            }
        }

        private void count(long request, long qid) {
            var queue = table.byId(qid);
            if (queue == null) {
                send(new LinkMessage.Counted(request, QueueCount.NOTHING));
            } else {
                queue.count(count -> send(new LinkMessage.Counted(request, count)));
            }
        }

        private TopologyWriter.Outcome answer(long request) {
            return new TopologyWriter.Outcome() {
                @Override
                public void accepted(Decision.Reply reply, long offset) {
                    send(new LinkMessage.Changed(request, offset, reply));
                }

                @Override
                public void refused(AmqpError error) {
                    send(new LinkMessage.Refused(request, error));
                }

                @Override
                public void notWriter() {
                    send(new LinkMessage.NotWriter(request));
                }
            };
        }

        /** The edge pod or the way to it is gone: what its clients held returns to the queues. */
        @Override
        public void channelInactive(ChannelHandlerContext context) {
            held = null;
            sessions.forEach((id, session) -> session.queues.forEach(
                    (queue, epoch) -> queue.sendFromLink(epoch, new QueueCommand.SessionClosed(id), id, session)));
            olderEnded.thenRun(() -> ended.complete(null));
            sessions.clear();
            early.clear();
            edges.gone(this);
            attachments.gone(this);
            newestOfPod.remove(pod, this); // last: a new link that finds none older waits for nothing
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.warn("link from {}: {}", pod, cause.toString());
            context.close();
        }
    }

    /** A session whose client is connected to another pod. */
    private static final class RemoteSession implements QueueEvents {
        private final long number;
        private final Channel channel;
        /** The queues it uses, each with the epoch of the owner it last spoke to. */
        private final Map<QueueHandle, Long> queues = new HashMap<>();

        RemoteSession(SessionId id, Channel channel) {
            number = id.number();
            this.channel = channel;
        }

        private static long qid(QueueHandle queue) {
            return queue.definition().qid();
        }

        @Override
        public void subscribed(QueueHandle queue, String consumerTag, boolean accepted) {
            LinkFrames.send(channel, new LinkMessage.Subscribed(qid(queue), number, consumerTag, accepted));
        }

        @Override
        public void deliver(
                QueueHandle queue,
                String consumerTag,
                boolean noAck,
                long offset,
                Message message,
                boolean redelivered) {
            LinkFrames.send(
                    channel,
                    new LinkMessage.Delivery(qid(queue), number, consumerTag, noAck, offset, redelivered, message));
        }

        @Override
        public void got(
                QueueHandle queue,
                long requestId,
                long offset,
                @Nullable Message message,
                boolean redelivered,
                long remaining) {
            LinkFrames.send(
                    channel,
                    new LinkMessage.Got(qid(queue), number, requestId, offset, redelivered, remaining, message));
        }

        @Override
        public void purged(QueueHandle queue, long requestId, long count) {
            LinkFrames.send(channel, new LinkMessage.Purged(qid(queue), number, requestId, count));
        }

        @Override
        public void rewound(QueueHandle queue, long requestId) {
            LinkFrames.send(channel, new LinkMessage.Rewound(qid(queue), number, requestId));
        }

        @Override
        public void cancelled(QueueHandle queue, String consumerTag) {
            LinkFrames.send(channel, new LinkMessage.Cancelled(qid(queue), number, consumerTag));
        }

        @Override
        public void reattach(QueueHandle queue) {
            // the edge sees the same claim and attaches its sessions itself
        }

        @Override
        public void gone(QueueHandle queue) {
            // the edge sees the same deletion
        }
    }
}
