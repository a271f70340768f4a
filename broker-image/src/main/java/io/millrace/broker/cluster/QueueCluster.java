package io.millrace.broker.cluster;

import io.millrace.broker.log.Logs;
import io.millrace.broker.topology.Decision;
import io.millrace.broker.topology.TopologyCommand;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This pod's part of the queue layer: topology, slots and queues, everything but the connections of clients. */
public final class QueueCluster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QueueCluster.class);

    private final Logs logs;
    private final SlotRunners runners;
    /** How long a declare-ok waits for a pod that is slow; a client of that pod may not find what was declared. */
    private static final int DECLARE_PATIENCE_MS = 1_000;

    /** Longer than a pod takes to hear from the group that a slot is not its own any more. */
    private static final int CLAIM_AGAIN_MS = 2_000;

    private final EdgeProgress edges = new EdgeProgress("topology", DECLARE_PATIENCE_MS);
    private final EdgeAttachments attachments;
    private final SlotOwnership ownership;
    private final TopologyReplica replica;
    private final TopologyAccess topology;
    private final Publisher publisher;
    private final Commits commits;
    private final Streams streams;
    private final QueueTable table;
    private final ToldProgress progress;
    private final TopologyWriter writer;
    private final Links links;
    private final DirectReplies replies;
    private final Inquiries inquiries;
    private final LinkSettings linkSettings;
    private final Clock clock;
    private final EventLoopGroup group;
    private final List<EventLoop> loops;
    private @Nullable LinkServer linkServer;
    private final String pod;
    /** What comes when this pod has closed, because it reads the logs to the end, is nobody's any more. */
    private final ExecutorService writerThread = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("topology-writer").factory(),
            new ThreadPoolExecutor.DiscardPolicy());

    /**
     * Prepares this pod's part; nothing is read yet.
     *
     * @param links how other pods are reached
     */
    public QueueCluster(
            Logs logs, String pod, List<EventLoop> loops, EventLoopGroup group, LinkSettings links, Clock clock) {
        this.logs = logs;
        this.pod = pod;
        this.clock = clock;
        linkSettings = links;
        this.group = group;
        this.loops = List.copyOf(loops);
        table = new QueueTable(loops);
        this.links = new Links(pod, links, loops, table, peers());
        attachments = new EdgeAttachments(logs.slotCount());
        replies = new DirectReplies(pod, this.links);
        inquiries = new Inquiries(pod, links.peers().keySet(), this.links);
        replica = new TopologyReplica(
                table, (queue, loop) -> new QueueHandle(queue, loop, this.links, pod, owner(queue.slot())));
        progress = new ToldProgress(this::tellWriter);
        var routing = new Routing(replica::image, table);
        publisher = new Publisher(logs.messages());
        commits = new Commits(publisher, logs.messages(), logs.transactions(), pod);
        TopicDeletions.Later later = (ms, task) ->
                CompletableFuture.delayedExecutor(ms, TimeUnit.MILLISECONDS).execute(task);
        writer = new TopologyWriter(
                writerThread,
                later,
                new FormerLives(System::nanoTime),
                logs.topology(),
                replica,
                logs.topics(),
                logs.messages(),
                table,
                logs.slotCount(),
                edges,
                clock);
        var offices = Offices.of(publisher, routing, clock);
        runners = new SlotRunners(
                loops, logs, table, offices, this::retire, writing(), slotLogWord(), attachments, this.links, clock);
        streams = new Streams(logs.messages(), logs.topics(), clock, runners);
        replica.tell(streams, writer::repair, writer::left, this::writeNoTopology, progress);
        ownership = new SlotOwnership(
                pod,
                logs.slotCount(),
                logs.slots(),
                runners,
                CompletableFuture.delayedExecutor(CLAIM_AGAIN_MS, TimeUnit.MILLISECONDS));
        var changes = new TopologyChanges(
                pod,
                writer::submit,
                replica,
                this.links::change,
                () -> ownership.ownerOf(TopologyWriter.SLOT),
                later,
                System::nanoTime);
        topology = new TopologyAccess(replica, changes, table, routing, streams);
    }

    /** Who does not know all that is there cannot decide what may be changed. */
    private void writeNoTopology() {
        ownership.refuse(TopologyWriter.SLOT);
    }

    private SlotRunners.Writing writing() {
        return new SlotRunners.Writing() {
            @Override
            public void become(long epoch) {
                edges.expect(ownership.otherOwners());
                writer.become(pod, epoch);
            }

            @Override
            public void resign() {
                writer.resign();
                tellWriter(progress.told());
            }
        };
    }

    private SlotOwner owner(int slot) {
        return ownership.owner(slot);
    }

    private SlotRunners.SlotLogWord slotLogWord() {
        return new SlotRunners.SlotLogWord() {
            @Override
            public long floor(int slot, long epoch, long qid, int level) {
                return ownership.writtenFloor(slot, epoch, qid, level);
            }

            @Override
            public CompletionStage<Boolean> confirm(int slot, long epoch) {
                return ownership.confirm(slot, epoch);
            }
        };
    }

    /** A declare-ok waits until every pod has applied it. */
    private void tellWriter(long offset) {
        var writerPod = ownerOf(TopologyWriter.SLOT);
        if (!writerPod.isEmpty() && !writerPod.equals(pod)) {
            links.applied(writerPod, offset);
        }
    }

    private Links.Peers peers() {
        return new Links.Peers() {
            @Override
            public void restored(String peer) {
                tellWriter(progress.told());
                ownership.epochsOf(peer).forEach((slot, epoch) -> runners.tellAttached(slot, peer, epoch));
            }

            @Override
            public void detach(String peer, int slot, long epoch) {
                runners.detachFrom(peer, slot, epoch);
            }

            @Override
            public void died(String peer) {
                if (ownership.otherOwners().contains(peer)) {
                    LOG.info("pod {} has died: its slots are given to others", peer);
                    logs.removeOwner(peer);
                }
            }
        };
    }

    private void retire(QueueHandle queue) {
        var definition = queue.definition();
        topology.change(new TopologyCommand.RetireQueue(definition.key(), definition.qid()), reply -> {}, error -> {});
    }

    /**
     * Replays the logs, joins the owners and returns when every slot has an owner.
     *
     * @throws java.util.concurrent.CompletionException if that takes longer than {@code patience}
     */
    public void start(Duration patience) {
        commits.start();
        var topologyReplayed = logs.replayTopology(replica);
        var slotsReplayed = logs.replaySlots(ownership);
        await(topologyReplayed, patience);
        await(slotsReplayed, patience);
        LOG.debug("replayed");
        if (linkSettings.port() != 0) {
            linkServer =
                    new LinkServer(linkSettings, group, table, writer::submit, edges, attachments, replies, inquiries);
        }
        new WarmSweep(loops.getFirst(), logs.messages(), table).start();
        new LogSweep(loops.getFirst(), logs.topics(), () -> table.ownedBy(pod)).start();
        new FormerLogSweep(loops.getFirst(), logs.topics(), () -> table.ownedBy(pod), topology).start();
        new FlushSweep(loops.getFirst(), logs.topics(), () -> table.ownedBy(pod)).start();
        new ReplaySweep(loops.getFirst(), logs.topics(), () -> table.ownedBy(pod), clock).start();
        loops.forEach(loop -> new LagView(loop, logs.lag(), () -> table.ownedBy(pod), clock).start());
        logs.joinOwners(ownership);
        await(ownership.allOwned(), patience);
        LOG.debug("every slot has an owner");
        change(new TopologyCommand.PodLost(pod), patience);
    }

    /** Makes a change and waits for it: for what has to be there before clients come. */
    public void change(TopologyCommand command, Duration patience) {
        var done = new CompletableFuture<Decision.Reply>();
        topology.change(command, done::complete, done::completeExceptionally);
        await(done, patience);
    }

    private static void await(CompletionStage<?> stage, Duration patience) {
        stage.toCompletableFuture()
                .copy()
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    public TopologyAccess topology() {
        return topology;
    }

    public Publisher publisher() {
        return publisher;
    }

    public Commits commits() {
        return commits;
    }

    public Streams streams() {
        return streams;
    }

    public DirectReplies replies() {
        return replies;
    }

    public Inquiries inquiries() {
        return inquiries;
    }

    /** What is known of the queues of this pod; on any thread. */
    public CompletionStage<List<QueueStatistics>> statistics() {
        var ofLoops = loops.stream()
                .map(loop -> CompletableFuture.supplyAsync(() -> statistics(loop), loop))
                .toList();
        return CompletableFuture.allOf(ofLoops.toArray(CompletableFuture[]::new))
                .thenApply(done ->
                        ofLoops.stream().flatMap(some -> some.join().stream()).toList());
    }

    private List<QueueStatistics> statistics(EventLoop loop) {
        return table.ownedBy(pod).stream()
                .filter(queue -> queue.loop().equals(loop) && !queue.settings().delays())
                .map(QueueHandle::owned)
                .filter(Objects::nonNull)
                .map(QueueStatistics::of)
                .toList();
    }

    /** Which pod owns a slot now; empty while none has claimed it. */
    public String ownerOf(int slot) {
        return ownership.ownerOf(slot);
    }

    /** Hands every slot over, with all that was settled written down. */
    @Override
    public void close() {
        logs.leaveOwners();
        runners.handOverAll();
        if (linkServer != null) {
            linkServer.close();
        }
        links.close();
        writerThread.close();
    }
}
