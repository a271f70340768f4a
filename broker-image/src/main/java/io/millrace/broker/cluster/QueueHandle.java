package io.millrace.broker.cluster;

import io.millrace.broker.log.LogPart;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.Place;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.topology.QueueDefinition;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue as everybody in this process reaches it, wherever it lies: its machine on {@link #loop} if this pod owns it, else the link to its owner. What is
 * sent while nobody owns it waits here.
 */
public final class QueueHandle implements QueueRef {
    private static final Logger LOG = LoggerFactory.getLogger(QueueHandle.class);

    private final QueueShape shape;
    private final EventLoop loop;
    private final Links links;
    private final String self;
    private final PublishBarrier barrier;
    private final Crowding crowding;
    private volatile boolean gone;
    private volatile SlotOwner owner;
    // loop only
    private final OwnerlessCommands waiting = new OwnerlessCommands();
    private final Offers offers;
    private final AttachedSessions sessions = new AttachedSessions();
    private final QueueCounter counter;
    private final LogEnds logEnds;
    private @Nullable OwnedQueue owned;

    QueueHandle(QueueDefinition definition, EventLoop loop, Links links, String self, SlotOwner owner) {
        shape = new QueueShape(definition);
        this.loop = loop;
        this.links = links;
        this.self = self;
        this.owner = owner;
        barrier = new PublishBarrier(loop);
        crowding = new Crowding(loop.ticker());
        offers = new Offers(this, links, waiting);
        logEnds = new LogEnds(this, links);
        counter = new QueueCounter(this, links, logEnds, waiting);
    }

    public QueueDefinition definition() {
        return shape.definition();
    }

    /** Whether its messages lie in the replicated log. */
    boolean isLogged() {
        return definition().kind().isLogged();
    }

    /** The topic that a logged queue writes to. */
    String topic() {
        return Objects.requireNonNull(definition().topic(), "a memory queue has no topic");
    }

    /** Where its messages lie. */
    QueueLayout layout() {
        return shape.layout();
    }

    /** The queue was changed; any thread, before {@link #change}. True if it writes elsewhere from now on. */
    boolean redefine(QueueDefinition changed) {
        boolean moves = shape.redefine(changed);
        lookAgain();
        return moves;
    }

    /** How long a delivery may wait for its acknowledgement, in milliseconds, if the queue or a policy says so. */
    public OptionalLong consumerTimeoutMs() {
        return settings().consumerTimeoutMs();
    }

    /** Whether settled messages can be gone back to. */
    public boolean isReplayable() {
        return settings().isReplayable();
    }

    /** The partitions in which the messages of a logged queue lie, the lowest level first. */
    public List<LogPart> logs() {
        return layout().logs();
    }

    /** One place in each of its partitions: that of an offset there. */
    public long[] places(ToLongFunction<LogPart> offset) {
        return layout().parts().stream()
                .mapToLong(part -> Place.of(part.level(), offset.applyAsLong(part.log())))
                .toArray();
    }

    QueueSettings settings() {
        return shape.settings();
    }

    /** What it does from now on; any thread. */
    void change(QueueSettings changed) {
        if (shape.change(changed)) {
            lookAgain();
        }
    }

    private void lookAgain() {
        loop.execute(() -> {
            if (owned != null) {
                owned.accept(new QueueCommand.Tick(), null, null);
            }
        });
    }

    @Override
    public String queueName() {
        return definition().name().value();
    }

    @Override
    public String vhost() {
        return definition().vhost().value();
    }

    /** The event loop that owns the queue's state. */
    public EventLoop loop() {
        return loop;
    }

    /** The pod that claimed the queue's slot last; empty while none has. */
    public String ownerPod() {
        return owner.pod();
    }

    /** Who claimed the queue's slot last. */
    SlotOwner owner() {
        return owner;
    }

    private long qid() {
        return definition().qid();
    }

    // --- commands ---

    /** Sends a command to the queue, from any thread. Commands of one thread arrive in order. */
    public void send(QueueCommand command) {
        send(command, null, null);
    }

    /** As {@link #send(QueueCommand)}, with where the session's deliveries and answers go. */
    public void send(QueueCommand command, @Nullable SessionId session, @Nullable QueueEvents events) {
        if (loop.inEventLoop()) {
            accept(command, session, events);
        } else {
            loop.execute(() -> accept(command, session, events));
        }
    }

    private void accept(QueueCommand command, @Nullable SessionId session, @Nullable QueueEvents events) {
        if (sessions.sayAgain(command, session, owned != null || isElsewhere())) {
            LOG.debug("{}: a command that comes again: {}", definition(), command.getClass());
        } else if (waiting.has(session)) {
            waitFor(command, session, events);
        } else {
            handOn(command, session, events);
        }
    }

    private void handOn(QueueCommand command, @Nullable SessionId session, @Nullable QueueEvents events) {
        if (gone) {
            GoneQueue.refuse(this, command, events);
        } else if (owned != null) {
            sessions.spoke(command, session, events);
            owned.accept(command, session, events);
        } else if (isElsewhere()) {
            sessions.spoke(command, session, events);
            logEnds.nudge();
            links.toQueue(owner, qid(), session, command);
        } else {
            waitFor(command, session, events);
        }
    }

    private void waitFor(QueueCommand command, @Nullable SessionId session, @Nullable QueueEvents events) {
        Runnable task = () -> handOn(command, session, events);
        if (command instanceof QueueCommand.LogEnd(var end)) {
            logEnds.seen(end); // all that an owner has to know of them
        } else if (session == null || (sessions.contains(session) && !waiting.has(session))) {
            waiting.addEarly(command, task);
        } else {
            waiting.add(session, task);
        }
    }

    /** Sends a message to a queue in memory; false if it is refused because too many wait for an owner already. Any thread. */
    boolean enqueue(Message message) {
        if (waiting.isFull()) {
            LOG.debug("{} has no owner: a message is refused", definition());
            return false;
        }
        send(new QueueCommand.Enqueued(message));
        return true;
    }

    /** Somebody declared it again: an expiring queue is in use. */
    void declaredAgain() {
        if (settings().expiresMs().isPresent()) {
            send(new QueueCommand.Declared());
        }
    }

    /** Publishes to a queue that may refuse them. */
    Offers offers() {
        return offers;
    }

    boolean isElsewhere() {
        var pod = owner.pod();
        return !pod.isEmpty() && !pod.equals(self);
    }

    /**
     * A command that came over a link, for the owner by the claim of {@code epoch}. It waits until this pod has seen that claim. If it has seen a newer one, the command
     * is nobody's: the session tells the newer owner what it holds and wants.
     */
    void sendFromLink(long epoch, QueueCommand command, @Nullable SessionId session, @Nullable QueueEvents events) {
        loop.execute(() -> acceptFromLink(epoch, command, session, events));
    }

    private void acceptFromLink(
            long epoch, QueueCommand command, @Nullable SessionId session, @Nullable QueueEvents events) {
        if (gone) {
            GoneQueue.refuse(this, command, events);
        } else if (epoch < owner.epoch()) {
            LOG.debug("{}: a command for an earlier owner: {}", definition(), command.getClass());
        } else if (owned != null && epoch == owner.epoch()) {
            owned.accept(command, session, events);
        } else if (command instanceof QueueCommand.Enqueued && waiting.isFull()) {
            LOG.warn("{}: a message from another pod is lost, too many wait for an owner", definition());
        } else if (command instanceof QueueCommand.LogEnd(var end)) {
            logEnds.seen(end);
        } else {
            waiting.add(command, () -> acceptFromLink(epoch, command, session, events)); // said once for each claim
        }
    }

    /** What the owner on another pod says to a session here; a pod that was replaced, and does not know it yet, is not heard. */
    void fromOwner(String pod, SessionId session, AttachedSessions.Saying saying) {
        loop.execute(() -> {
            var events = sessions.heardBy(session);
            if (events != null && (pod.equals(owner.pod()) || !owner.isKnown())) {
                saying.to(this, events);
            }
        });
    }

    // --- owners ---

    /** Opens the queue on this pod; loop only. */
    void open(OwnedQueue queue, long epoch) {
        owned = queue;
        owner = new SlotOwner(self, epoch);
        logEnds.tellAll(queue);
        waiting.run(this::attachAgain);
    }

    /** How far the logs reach that this pod has heard of; loop only. */
    LogEnds logEnds() {
        return logEnds;
    }

    /** Another pod will open it, unless a later life of the queue is open here already; loop only. */
    void close(OwnedQueue queue) {
        if (queue.equals(owned)) {
            owned = null;
            crowding.clear();
        }
    }

    /** Another pod has claimed the slot; loop only. */
    void ownedBy(SlotOwner other) {
        owned = null;
        owner = other;
        waiting.run(this::attachAgain);
    }

    /** The owner hands the queue over: commands wait for the next one. Loop only. */
    void detach(String pod) {
        if (owner.pod().equals(pod)) {
            logEnds.nudge();
            owner = owner.leaving();
        }
    }

    /** The link to the owner broke and is there again: the owner has forgotten our sessions. */
    void reattach() {
        loop.execute(() -> {
            if (isElsewhere()) {
                attachAgain();
            }
        });
    }

    private void attachAgain() {
        sessions.attachAgain(this);
        logEnds.nudgeAll();
    }

    /** A session begins to tell what it holds and wants, as it was asked to ({@link QueueEvents#reattach}); any thread, in order with what it sends. */
    public void attachesAgain(SessionId session) {
        if (loop.inEventLoop()) {
            sessions.attachesAgain(session);
        } else {
            loop.execute(() -> sessions.attachesAgain(session));
        }
    }

    /** The queue was deleted; loop only. What its owner says of that may come when nobody here knows the queue any more: each pod tells its sessions itself. */
    void gone() {
        gone = true;
        crowding.clear();
        if (owned != null) {
            owned.deleted();
            owned = null;
        }
        waiting.run(() -> sessions.gone(this));
    }

    /** The open queue, on the loop; null while this pod does not own it. */
    @Nullable
    OwnedQueue owned() {
        return owned;
    }

    /** Whether it was deleted. */
    boolean isGone() {
        return gone;
    }

    // --- publishing ---

    /** A publish leaves for this queue; what is returned says which. */
    PublishBarrier.Phase publishing() {
        return barrier.publishing();
    }

    /** The queue knows of a publish, or it failed. */
    void published(PublishBarrier.Phase which) {
        barrier.known(which);
    }

    /** Runs {@code then} on the loop once the queue knows of all that this pod published to it before this call. */
    public void afterPublishes(Runnable then) {
        barrier.pass(then);
    }

    /** A message published through this pod has its offset (-1: the log does not say); loop only. If this pod owns the queue no fetch is needed; another owner is nudged. */
    public void appended(int level, long offset, Message message) {
        if (offset < 0) {
            return; // the sweep will find it
        }
        logEnds.seen(Place.of(level, offset + 1));
        if (owned != null) {
            owned.accept(new QueueCommand.Appended(Place.of(level, offset), message), null, null);
        } else {
            logEnds.nudgeSoon();
        }
    }

    /** How far its consumers are behind. */
    Crowding crowding() {
        return crowding;
    }

    /** Whether its consumers are behind; any thread. */
    public boolean isCrowded() {
        return crowding.isCrowded();
    }

    // --- counts ---

    /** Told the counts of a queue. */
    public interface Counted {
        void counted(QueueCount count);
    }

    /** Tells how many messages and consumers there are, once all publishes of this pod are known. On a loop. */
    public void count(Counted counted) {
        afterPublishes(() -> counter.count(counted));
    }
}
