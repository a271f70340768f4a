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
import io.millrace.broker.topology.LeftTopic;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
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

    private static final int RETRY_MS = 500;

    private final Executor thread;
    private final TopologyLog log;
    private final TopologyReplica replica;
    private final Topics topics;
    private final MessageLog messages;
    private final QueueTable table;
    private final int slots;
    private final EdgeProgress edges;
    private final Clock clock;
    private final TopicDeletions.Later later;
    private final Set<String> topicsReady = new HashSet<>();
    private final FormerLives lives;
    private final TopicDeletions deletions;
    private final WriterClaim claim;

    /** Keys to be repaired as soon as it is known what counts. */
    private final Set<TopologyKey> shadowed = new LinkedHashSet<>();

    private @Nullable Topology head;
    private long lastQid;

    /** @param thread runs one task at a time, in order */
    TopologyWriter(
            Executor thread,
            TopicDeletions.Later later,
            FormerLives lives,
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
        this.later = later;
        this.lives = lives;
        this.log = log;
        this.replica = replica;
        this.topics = topics;
        this.messages = messages;
        this.table = table;
        this.slots = slots;
        this.clock = clock;
        claim = new WriterClaim(thread, later, log, replica, this::goOn);
        deletions = new TopicDeletions(thread, later, log, topics, lives, new TopicDeletions.Writer() {
            @Override
            public boolean writes(long claimed) {
                return claim.writes(claimed);
            }

            @Override
            public boolean needs(LeftTopic topic) {
                return topic.isNeededIn(newest());
            }
        });
    }

    /** The topology as it is when everything that is on its way has arrived. */
    private Topology newest() {
        return Objects.requireNonNullElseGet(head, replica::image);
    }

    /** This pod becomes the writer under {@code claimed}, the offset of its claim to the slot, once its own claim here is read back. */
    void become(String pod, long claimed) {
        thread.execute(() -> {
            shadowed.clear();
            claim.take(pod, claimed);
        });
    }

    /** This pod is the writer no more. */
    void resign() {
        thread.execute(() -> {
            claim.giveUp();
            shadowed.clear();
            head = null;
        });
    }

    /** All that is in the log is applied here, and nothing is on its way: whatever somebody began, this writer or one before it, is brought to its end. */
    private void goOn(long offset) {
        head = null;
        topicsReady.clear(); // another writer may have deleted them meanwhile
        repairShadowed();
        finishMoves(offset);
        finishDeletions(offset);
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
        if (!claim.decides()) {
            outcome.notWriter();
            return;
        }
        var image = newest();
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
        long written = claim.epoch();
        log.append(written, entries(moves.left(), events)).whenComplete((offset, failure) -> {
            if (failure != null) {
                LOG.error("the topology cannot be written: {}", failure.toString());
                thread.execute(() -> claim.doubt(written));
                outcome.refused(unavailable());
            } else {
                replica.whenApplied(offset, applied -> {
                    if (applied) {
                        edges.whenApplied(offset, () -> {
                            outcome.accepted(reply, offset);
                            moves.left().forEach(left -> deleteTopic(left, written));
                            moves.begun().forEach(this::switchOver);
                        });
                    } else {
                        outcome.notWriter();
                    }
                });
            }
        });
    }

    /** The notes first: one of a topic that is needed nevertheless does no harm, and a topic without one would stay. */
    private static List<TopologyLog.Entry> entries(List<QueueMoves.Left> left, List<TopologyEvent> events) {
        var notes = left.stream()
                .map(QueueMoves.Left::topic)
                .map(topic -> new TopologyLog.Entry(topic.key(), topic.value()));
        var changes = events.stream()
                .map(event -> new TopologyLog.Entry(
                        TopologyKeys.encode(event.key()),
                        TopologyJson.value(event).orElse(null)));
        return Stream.concat(notes, changes).toList();
    }

    private void remember(List<TopologyEvent> events, Topology image) {
        for (var event : events) {
            queue(event).or(() -> image.queueOf(event.key())).ifPresent(this::remember);
        }
    }

    private void remember(QueueDefinition queue) {
        if (queue.topic() != null) {
            lives.touched(LeftTopic.nameOf(queue), queue.incarnation());
        }
    }

    /** Whatever writer left it: who declares a queue of the name gets another topic for a while. Any thread. */
    void left(LeftTopic topic) {
        thread.execute(() -> lives.touched(topic.name(), topic.life()));
    }

    /** Last of all, when what was under way to it has arrived: a producer would retry against a missing topic for long. */
    private void deleteTopic(QueueMoves.Left left, long written) {
        left.afterPublishes(() -> thread.execute(() -> {
            topicsReady.remove(left.topic().topic());
            deletions.begin(left.topic(), written);
        }));
    }

    /** Topics that are noted and whose deletion nobody may be at. */
    private void finishDeletions(long applied) {
        long claimed = claim.epoch();
        var left = replica.left().stream()
                .filter(topic -> !topic.isNeededIn(newest()))
                .toList();
        left.forEach(topic -> lives.touched(topic.name(), topic.life()));
        if (!left.isEmpty()) {
            LOG.info("{} topics that queues have left are still to be deleted", left.size());
            edges.whenApplied(
                    applied, () -> thread.execute(() -> left.forEach(topic -> deletions.begin(topic, claimed))));
        }
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
                        later.after(RETRY_MS, () -> switchOver(queue));
                    }

                    @Override
                    public void notWriter() {
                        // the next writer does it
                    }
                }));
    }

    /** Moves of queues that were begun, and whose end nobody may be at. */
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

    /**
     * A writer that was replaced wrote this key after its time: what counts is written again, so that compaction keeps it. Only the writer does that which replaced it:
     * the other one, if it has not heard of that yet, would read back its own repair as one more to be repaired.
     *
     * @param newest the epoch of the newest claim before that
     */
    void repair(TopologyKey key, long newest) {
        thread.execute(() -> {
            if (claim.wants(newest)) {
                shadowed.add(key);
                repairShadowed();
            }
        });
    }

    private void repairShadowed() {
        if (claim.decides()) {
            for (var key : shadowed) {
                var entry = newest().entries().get(key);
                var event = entry == null ? new TopologyEvent.Delete(key) : new TopologyEvent.Put(entry);
                log.append(claim.epoch(), entries(List.of(), List.of(event)));
            }
            shadowed.clear();
        }
    }

    private static ConnectionError unavailable() {
        return new ConnectionError(ReplyCode.INTERNAL_ERROR, "the topology cannot be changed now; try again");
    }
}
