package io.millrace.broker.cluster;

import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.Message;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueCommand.Outcome;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.topology.QueueDefinition;
import io.millrace.broker.topology.QueueKind;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.topology.TopologyEvent;
import io.millrace.broker.topology.VirtualHost;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** One pod with one slot on a log in memory; time passes when the test says so. */
final class SlotScene implements AutoCloseable {
    static final String POD = "pod-0";
    static final SessionId ALICE = new SessionId(POD, 1);
    static final long EPOCH = 5;

    final FakeLogs logs = new FakeLogs();
    final List<QueueHandle> retired = new ArrayList<>();
    final RecordingEvents events = new RecordingEvents();
    final EdgeAttachments attachments = new EdgeAttachments(1);
    final List<String> attachedTo = new ArrayList<>();
    final List<String> detachedFrom = new ArrayList<>();

    /** Whether the slot log has come back to this pod with all that was written; else with nothing. */
    boolean floorsAreRead = true;

    private Topology topology =
            Topology.EMPTY.apply(new TopologyEvent.Put(new VirtualHost(VirtualHostName.DEFAULT, "")));
    private final EmbeddedChannel channel = new EmbeddedChannel();
    final EventLoop loop = channel.eventLoop();

    /** What another thread does at the moment at which the next task comes to the loop of a queue. */
    @Nullable
    Runnable beforeNextTask;

    private final QueueTable table = new QueueTable(List.of(disturbed(loop)));
    private final Links links = new Links(POD, LinkSettings.ALONE, List.of(loop), table, new NoPeers());
    private final SlotRunners runners = new SlotRunners(
            List.of(loop),
            logs,
            table,
            Offices.of(new Publisher(logs), new Routing(() -> topology, table), Clock.systemUTC()),
            retired::add,
            new SlotRunners.Writing() {
                @Override
                public void become(long epoch) {}

                @Override
                public void resign() {}
            },
            new SlotRunners.SlotLogWord() {
                @Override
                public long floor(int slot, long epoch, long qid, int level) {
                    return floorsAreRead ? SlotScene.this.floor(qid) : 0;
                }

                @Override
                public CompletionStage<Boolean> confirm(int slot, long epoch) {
                    return CompletableFuture.completedStage(true);
                }
            },
            attachments,
            new SlotRunners.Owners() {
                @Override
                public void attached(String pod, int slot, long epoch) {
                    attachedTo.add(pod + ":" + slot + ":" + epoch);
                }

                @Override
                public void detached(String pod, int slot, long epoch) {
                    detachedFrom.add(pod + ":" + slot + ":" + epoch);
                }
            },
            Clock.systemUTC());
    final Streams streams = new Streams(logs, logs, Clock.systemUTC(), runners);
    private long lastQid;

    SlotScene() {
        channel.freezeTime();
    }

    private EventLoop disturbed(EventLoop quiet) {
        return (EventLoop) Proxy.newProxyInstance(
                EventLoop.class.getClassLoader(), new Class<?>[] {EventLoop.class}, (proxy, method, arguments) -> {
                    var before = beforeNextTask;
                    if (before != null && method.getName().equals("execute")) {
                        beforeNextTask = null;
                        before.run();
                    }
                    return method.invoke(quiet, arguments);
                });
    }

    QueueHandle queue(QueueKind kind, FieldTable arguments) {
        boolean logged = kind != QueueKind.MEMORY;
        long qid = ++lastQid;
        var definition = new QueueDefinition(
                VirtualHostName.DEFAULT,
                new QueueName("q" + qid),
                logged,
                null,
                false,
                arguments,
                kind,
                qid,
                logged ? "t" + qid : null,
                0,
                1,
                logged ? null : POD);
        topology = topology.apply(new TopologyEvent.Put(definition));
        table.put(definition, (queue, of) -> new QueueHandle(queue, of, links, POD, SlotOwner.NOBODY), streams);
        run();
        return Objects.requireNonNull(table.byId(qid));
    }

    void own() {
        own(false);
    }

    void own(boolean fromOther) {
        runners.take(0, EPOCH, fromOther, false, Map.of());
        run();
    }

    /** Owns the slot as an earlier owner left it. */
    void own(Map<Long, SlotReplica.Recovered> queues) {
        runners.take(0, EPOCH, true, false, queues);
        run();
    }

    /** What was written of a queue is hidden by this record. */
    void hide(QueueHandle queue, SlotRecord by) {
        runners.hidden(0, EPOCH, new SlotReplica.Part(queue.definition().qid(), 0), by);
        run();
    }

    /** Owns the slot again, by a claim of this epoch. */
    void ownAgain(long epoch) {
        runners.take(0, epoch, false, false, Map.of());
        run();
    }

    /** Owns the slot after owners that dead-lettered in transactions. */
    void ownLettered() {
        runners.take(0, EPOCH, true, true, Map.of());
        run();
    }

    /** Begins to hand the slot over, as {@link SlotRunners#handOver} does on another thread. */
    CompletableFuture<Long> handOver() {
        var done = runners.beginHandOver(0);
        run();
        return done;
    }

    void delete(QueueHandle queue) {
        table.remove(queue.definition(), streams);
        run();
    }

    QueueTable table() {
        return table;
    }

    SlotRunners runners() {
        return runners;
    }

    void run() {
        channel.runPendingTasks();
    }

    void pass(long ms) {
        channel.advanceTimeBy(ms, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    void subscribe(QueueHandle queue) {
        var consumer = new Consumer(new ConsumerId(ALICE, "c"), 0, false, 0);
        queue.send(new QueueCommand.Subscribe(consumer, false), ALICE, events);
        run();
    }

    /** Messages of {@code bodyBytes} arrive at these offsets. */
    void arrive(QueueHandle queue, int bodyBytes, long... offsets) {
        for (long offset : offsets) {
            queue.appended(0, offset, new Message("", "q", new byte[2], new byte[bodyBytes], Message.NEVER, 0));
        }
        run();
    }

    void ack(QueueHandle queue, long... offsets) {
        settle(queue, Outcome.ACK, offsets);
    }

    void settle(QueueHandle queue, Outcome outcome, long... offsets) {
        queue.send(new QueueCommand.Settled(ALICE, offsets, outcome), ALICE, events);
        run();
    }

    static long[] offsets(long from, long to) {
        return LongStream.range(from, to).toArray();
    }

    /** The newest floor of a queue in the slot log. */
    long floor(long qid) {
        return logs.slotRecords.stream()
                .filter(SlotRecord.Head.class::isInstance)
                .map(SlotRecord.Head.class::cast)
                .filter(head -> head.qid() == qid)
                .reduce((first, second) -> second)
                .map(SlotRecord.Head::floor)
                .orElse(0L);
    }

    @Override
    public void close() {
        channel.close();
    }
}
