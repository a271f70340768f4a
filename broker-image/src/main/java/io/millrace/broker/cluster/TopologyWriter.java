package io.millrace.broker.cluster;

import io.millrace.broker.log.MessageLog;
import io.millrace.broker.log.Topics;
import io.millrace.broker.log.TopologyLog;
import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Allocation;
import io.millrace.broker.topology.Decision;
import io.millrace.broker.topology.QueueDefinition;
import io.millrace.broker.topology.QueueKind;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.TopologyEvent;
import io.millrace.broker.topology.TopologyJson;
import io.millrace.broker.topology.TopologyKey;
import io.millrace.broker.topology.TopologyKeys;
import io.millrace.broker.topology.TopologyMachine;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of the topology: decides commands in order on an image that is ahead of the log by what is on its way, appends the events, and answers when
 * this pod's replica has applied them. A queue's topic is created before the queue; until it is there other commands go on.
 */
final class TopologyWriter {
    private static final Logger LOG = LoggerFactory.getLogger(TopologyWriter.class);

    /** Told the outcome, on the replay thread or the writer's. */
    interface Outcome {
        /** Done; this pod's replica has applied the log up to {@code offset} (-1: nothing was written). */
        void accepted(Decision.Reply reply, long offset);

        void refused(AmqpError error);

        /** This pod is not the writer, or ceased to be before the change was safe. Asking again does no harm. */
        void notWriter();
    }

    /** Who owns this slot writes the topology. */
    static final int SLOT = 0;

    private static final long NOT_WRITER = -1;
    private static final int RETRY_MS = 500;

    private final ExecutorService thread;
    private final TopologyLog log;
    private final TopologyReplica replica;
    private final Topics topics;
    private final MessageLog messages;
    private final QueueTable table;
    private final int slots;
    private final EdgeProgress edges;
    private final Clock clock;
    private final Executor late = CompletableFuture.delayedExecutor(RETRY_MS, TimeUnit.MILLISECONDS);
    private final Set<String> topicsReady = new HashSet<>();
    private final FormerLives lives = new FormerLives();
    private @Nullable Topology head;
    private long epoch = NOT_WRITER;
    private long lastQid;

    /** @param thread runs one task at a time, in order */
    TopologyWriter(
            ExecutorService thread,
            TopologyLog log,
            TopologyReplica replica,
            Topics topics,
            MessageLog messages,
            QueueTable table,
            int slots,
            EdgeProgress edges,
            Clock clock) {
        this.edges = edges;
        this.thread = thread;
        this.log = log;
        this.replica = replica;
        this.topics = topics;
        this.messages = messages;
        this.table = table;
        this.slots = slots;
        this.clock = clock;
    }

    /** This pod becomes the writer under {@code claimed}, the offset of its claim to the slot, once its own claim here is read back. */
    void become(String pod, long claimed) {
        log.claim(pod, claimed).whenComplete((offset, failure) -> {
            if (failure != null) {
                LOG.warn("the topology is claimed again: {}", failure.toString());
                become(pod, claimed);
            } else {
                replica.whenApplied(
                        offset,
                        applied -> thread.execute(() -> {
                            head = null;
                            topicsReady.clear(); // another writer may have deleted them meanwhile
                            epoch = applied ? claimed : NOT_WRITER;
                            if (applied) {
                                finishMoves(offset);
                            }
                        }));
            }
        });
    }

    /** This pod is the writer no more. */
    void resign() {
        thread.execute(() -> {
            epoch = NOT_WRITER;
            head = null;
        });
    }

    /**
     * Makes a change.
     *
     * @param homePod where a new queue in memory belongs: the pod of the client that declares it
     */
    void submit(TopologyCommand command, String homePod, Outcome outcome) {
        thread.execute(() -> decide(command, homePod, outcome));
    }

    private void decide(TopologyCommand command, String homePod, Outcome outcome) {
        if (epoch == NOT_WRITER) {
            outcome.notWriter();
            return;
        }
        var image = Objects.requireNonNullElseGet(head, replica::image);
        switch (TopologyMachine.decide(command, image, allocation(command, homePod))) {
            case Decision.Refused(var error) -> outcome.refused(error);
            case Decision.Accepted(var events, var reply) -> {
                var missing = missingTopic(events);
                if (missing.isPresent()) {
                    createTopic(image, missing.get(), command, homePod, outcome);
                } else {
                    append(image, events, reply, outcome);
                }
            }
        }
    }

    private Allocation allocation(TopologyCommand command, String homePod) {
        lastQid = Math.max(Math.max(lastQid, table.newestId()) + 1, clock.millis() << 16);
        int life = toBeMade(command).map(lives::next).orElse(1);
        return new Allocation(lastQid, life, slots, homePod);
    }

    private static Optional<TopologyKey> toBeMade(TopologyCommand command) {
        return switch (command) {
            case TopologyCommand.DeclareQueue declare -> Optional.of(queue(declare.vhost(), declare.queue()));
            case TopologyCommand.ChangeQueue change -> Optional.of(queue(change.vhost(), change.queue()));
            case TopologyCommand.DeclareExchange declare -> Optional.of(exchange(declare.vhost(), declare.exchange()));
            default -> Optional.empty();
        };
    }

    private static TopologyKey queue(VirtualHostName vhost, String name) {
        return new TopologyKey.OfQueue(vhost, new QueueName(name));
    }

    private static TopologyKey exchange(VirtualHostName vhost, String name) {
        return new TopologyKey.OfExchange(vhost, new ExchangeName(name));
    }

    private Optional<QueueDefinition> missingTopic(List<TopologyEvent> events) {
        for (var event : events) {
            var missing = queue(event).filter(queue -> queue.topic() != null && !topicsReady.contains(queue.topic()));
            if (missing.isPresent()) {
                return missing;
            }
        }
        return Optional.empty();
    }

    private static Optional<QueueDefinition> queue(TopologyEvent event) {
        return event instanceof TopologyEvent.Put(var entry) ? entry.queue() : Optional.empty();
    }

    private void createTopic(
            Topology image, QueueDefinition queue, TopologyCommand command, String homePod, Outcome outcome) {
        var topic = Objects.requireNonNull(queue.topic(), "what is in memory lacks no topic");
        var settings = QueueSettings.of(queue, image.effectiveArguments(queue));
        var created = queue.kind() == QueueKind.STREAM
                ? topics.createStreamTopic(topic, StreamRetention.of(queue.arguments()), settings.flushed())
                : topics.createQueueTopic(
                        topic, queue.slot(), settings.partitioning().levels(), settings.flushed());
        created.thenCompose(done -> messages.prepare(topic))
                .whenComplete((done, failure) -> thread.execute(() -> {
                    if (failure == null) {
                        topicsReady.add(topic);
                        decide(command, homePod, outcome);
                    } else {
                        LOG.error("topic {} cannot be created: {}", topic, failure.toString());
                        outcome.refused(unavailable());
                    }
                }));
    }

    private void append(Topology image, List<TopologyEvent> events, Decision.Reply reply, Outcome outcome) {
        if (events.isEmpty()) {
            outcome.accepted(reply, -1);
            return;
        }
        var moves = QueueMoves.of(events, image, table);
        head = image.apply(events);
        remember(events, image);
        log.append(epoch, entries(events)).whenComplete((offset, failure) -> {
            if (failure != null) {
                LOG.error("the topology cannot be written: {}", failure.toString());
                thread.execute(() -> head = null);
                outcome.refused(unavailable());
            } else {
                replica.whenApplied(offset, applied -> {
                    if (applied) {
                        edges.whenApplied(offset, () -> {
                            outcome.accepted(reply, offset);
                            moves.left().forEach(this::deleteTopic);
                            moves.begun().forEach(this::switchOver);
                        });
                    } else {
                        outcome.notWriter();
                    }
                });
            }
        });
    }

    private static List<TopologyLog.Entry> entries(List<TopologyEvent> events) {
        return events.stream()
                .map(event -> new TopologyLog.Entry(
                        TopologyKeys.encode(event.key()),
                        TopologyJson.value(event).orElse(null)))
                .toList();
    }

    private void remember(List<TopologyEvent> events, Topology image) {
        for (var event : events) {
            queue(event).or(() -> image.queueOf(event.key())).ifPresent(this::remember);
        }
    }

    private void remember(QueueDefinition queue) {
        if (queue.topic() != null) {
            lives.touched(name(queue), queue.incarnation(), System.nanoTime());
        }
    }

    /** What it shares its topic's name with. */
    private static TopologyKey name(QueueDefinition queue) {
        return queue.kind() == QueueKind.DELAY
                ? exchange(queue.vhost(), queue.name().value())
                : queue.key();
    }

    /** Last of all, when what was under way to it has arrived: a producer would retry against a missing topic for long. */
    private void deleteTopic(QueueMoves.Left left) {
        left.queue().afterPublishes(() -> {
            thread.execute(() -> topicsReady.remove(left.topic()));
            topics.delete(left.topic()).whenComplete((done, failure) -> {
                if (failure == null) {
                    thread.execute(() -> remember(left.queue().definition()));
                } else {
                    LOG.warn("topic {} is left behind: {}", left.topic(), failure.toString());
                }
            });
        });
    }

    /** The other pods write to the queue's new topic by now; this one does when what it wrote to the former one is there. */
    private void switchOver(QueueHandle queue) {
        var definition = queue.definition();
        queue.afterPublishes(() -> submit(
                new TopologyCommand.SwitchQueue(definition.key(), definition.qid(), definition.incarnation()),
                "",
                new Outcome() {
                    @Override
                    public void accepted(Decision.Reply reply, long offset) {
                        LOG.info("{}: every pod writes to {}", queue.definition(), definition.topic());
                    }

                    @Override
                    public void refused(AmqpError error) {
                        LOG.warn("{} is switched over later: {}", queue.definition(), error.text());
                        late.execute(() -> switchOver(queue));
                    }

                    @Override
                    public void notWriter() {
                        // the next writer does it
                    }
                }));
    }

    /** A writer before this one did not come to the end of moves of queues. */
    private void finishMoves(long applied) {
        var unfinished = replica.image()
                .vhosts()
                .flatMap(vhost -> vhost.queues().stream())
                .filter(queue -> !queue.history().switched())
                .map(queue -> table.byId(queue.qid()))
                .filter(Objects::nonNull)
                .toList();
        if (!unfinished.isEmpty()) {
            edges.whenApplied(applied, () -> unfinished.forEach(this::switchOver));
        }
    }

    /** A writer that was replaced wrote this key after its time: what counts is written again, so that compaction keeps it. */
    void repair(TopologyKey key) {
        thread.execute(() -> {
            if (epoch != NOT_WRITER) {
                var entry = Objects.requireNonNullElseGet(head, replica::image)
                        .entries()
                        .get(key);
                var event = entry == null ? new TopologyEvent.Delete(key) : new TopologyEvent.Put(entry);
                log.append(epoch, entries(List.of(event)));
            }
        });
    }

    private static ConnectionError unavailable() {
        return new ConnectionError(ReplyCode.INTERNAL_ERROR, "the topology cannot be changed now; try again");
    }
}
