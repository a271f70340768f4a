package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Actor;
import io.millrace.broker.topology.Decision;
import io.millrace.broker.topology.QueueDefinition;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.TopologyKey;
import io.millrace.broker.topology.VirtualHost;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Pods that may write the topology, on logs in memory; what is put off waits for the test. The first pod writes it, and has declared a queue, {@code q}. */
final class TopologyScene implements AutoCloseable {
    static final VirtualHostName VHOST = VirtualHostName.DEFAULT;
    static final long EPOCH = 1;
    static final long NEXT_EPOCH = 2;

    /** The topic of the queue. */
    static final String FIRST = "q._2f.q";

    private static final int FOR_EVER_MS = 1_000_000;
    private static final int TASKS_AT_MOST = 1_000;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final EventLoop loop = channel.eventLoop();
    final FakeLogs logs = new FakeLogs();
    final FakeTopologyLog log = new FakeTopologyLog();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    final List<Runnable> later = new ArrayList<>();
    final List<String> answers = new ArrayList<>();
    /** Pods that could not read an entry. */
    final List<String> tooOld = new ArrayList<>();

    private long nanos;
    final Pod pod = new Pod("pod-0");

    /** A pod that may become the writer. */
    final class Pod {
        private final String name;
        private final QueueTable table = new QueueTable(List.of(loop));
        final TopologyReplica replica;
        final TopologyWriter writer;

        Pod(String name) {
            this.name = name;
            var links = new Links(name, LinkSettings.ALONE, List.of(loop), table, new NoPeers());
            replica = new TopologyReplica(
                    table, (queue, of) -> new QueueHandle(queue, of, links, name, SlotOwner.NOBODY));
            writer = new TopologyWriter(
                    tasks::add,
                    (_, task) -> later.add(task),
                    new FormerLives(() -> nanos),
                    log,
                    replica,
                    logs,
                    logs,
                    table,
                    1,
                    new EdgeProgress("topology", FOR_EVER_MS),
                    Clock.systemUTC());
            replica.tell(
                    QueueTable.Listener.NOBODY,
                    writer::repair,
                    writer::left,
                    () -> tooOld.add(name),
                    new TopologyReplica.Progress() {
                        @Override
                        public void applied(long offset) {}

                        @Override
                        public void moved(QueueHandle queue, long offset) {}
                    });
            log.follow(replica);
        }

        void become(long epoch) {
            writer.become(name, epoch);
            run();
        }

        void change(TopologyCommand command) {
            writer.submit(command, name, new TopologyWriter.Outcome() {
                @Override
                public void accepted(Decision.Reply reply, long offset) {
                    answers.add("accepted");
                }

                @Override
                public void refused(AmqpError error) {
                    answers.add("refused");
                }

                @Override
                public void notWriter() {
                    answers.add("not the writer");
                }
            });
            run();
        }

        void declare() {
            declare("q");
        }

        void declare(String queue) {
            change(new TopologyCommand.DeclareQueue(
                    Actor.BROKER, VHOST, queue, false, true, false, false, FieldTable.EMPTY));
        }

        void delete() {
            delete("q");
        }

        void delete(String queue) {
            change(new TopologyCommand.DeleteQueue(Actor.BROKER, VHOST, queue, false, false, 0, 0));
        }

        List<String> topicsOfQueue() {
            return topicsOf("q");
        }

        List<String> topicsOf(String queue) {
            return replica.image()
                    .queue(new TopologyKey.OfQueue(VHOST, new QueueName(queue)))
                    .map(QueueDefinition::topics)
                    .orElse(List.of());
        }
    }

    TopologyScene() {
        pod.become(EPOCH);
        pod.change(new TopologyCommand.PutVirtualHost(new VirtualHost(VHOST, "")));
        pod.declare();
        assertThat(pod.topicsOfQueue()).containsExactly(FIRST);
        tryAgain();
        assertThat(later).isEmpty();
    }

    @Override
    public void close() {
        channel.close();
    }

    Pod other(String name) {
        return new Pod(name);
    }

    void run() {
        int ran = 0;
        do {
            for (var task = tasks.poll(); task != null; task = tasks.poll()) {
                assertThat(++ran).as("it goes round and round").isLessThan(TASKS_AT_MOST);
                task.run();
            }
            channel.runPendingTasks();
        } while (!tasks.isEmpty());
    }

    /** What was put off until later is due. */
    void tryAgain() {
        var due = List.copyOf(later);
        later.clear();
        due.forEach(Runnable::run);
        run();
    }

    void pass(long minutes) {
        nanos += TimeUnit.MINUTES.toNanos(minutes);
    }
}
