package io.millrace.broker.cluster;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.topology.Decision;
import io.millrace.broker.topology.TopologyCommand;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings changes to the writer of the topology, here or on another pod, and again to the next one if the writer changes meanwhile: every change may be made twice
 * without harm. Answers when this pod's replica has the change.
 */
final class TopologyChanges {
    private static final int AGAIN_MS = 100;

    /**
     * Who is not the writer says so at once, and a link says within 2.2 s that nobody is there: a pod that has not answered by then has the change under way. From then
     * on it is looked every so often whether that pod still has the writer's slot; a frozen one would be waited for until it thaws, or its link breaks.
     */
    private static final int UNDER_WAY_MS = 5_000;

    /** When for so long in a row no pod had it under way, nobody can make the change now. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * The bound of it all: then nobody is asked any more, and who was asked is not waited for. More than Kafka's clients take to give up what a writer asks of them (two
     * minutes for a topic, one for the log), and less than the ten minutes that RabbitMQ's Java client waits for an answer.
     */
    private static final Duration AT_MOST = Duration.ofMinutes(5);

    private final String self;
    private final LinkServer.Writer writer;
    private final TopologyReplica replica;
    private final OtherPods others;
    private final Supplier<String> writerPod;
    private final TopicDeletions.Later later;
    private final LongSupplier nanoTime;

    /** Asks another pod, as {@link Links#change}. */
    interface OtherPods {
        void change(String pod, TopologyCommand command, Links.Answer answer);
    }

    /**
     * @param writer of this pod
     * @param writerPod who claimed the writer's slot last; empty while nobody has
     */
    TopologyChanges(
            String self,
            LinkServer.Writer writer,
            TopologyReplica replica,
            OtherPods others,
            Supplier<String> writerPod,
            TopicDeletions.Later later,
            LongSupplier nanoTime) {
        this.self = self;
        this.writer = writer;
        this.replica = replica;
        this.others = others;
        this.writerPod = writerPod;
        this.later = later;
        this.nanoTime = nanoTime;
    }

    void submit(TopologyCommand command, Consumer<Decision.Reply> done, Consumer<AmqpError> refused) {
        new Change(command, done, refused).attempt();
    }

    private boolean isLonger(long sinceNanos, Duration than) {
        return nanoTime.getAsLong() - sinceNanos >= than.toNanos();
    }

    /** A change until it is answered. Pods may answer at any time, each on its thread: the first answer counts, and the latest attempt is the only one after which another is made. */
    private final class Change {
        private final TopologyCommand command;
        private final Consumer<Decision.Reply> done;
        private final Consumer<AmqpError> refused;
        private final AtomicBoolean answered = new AtomicBoolean();
        private final AtomicReference<@Nullable Attempt> latest = new AtomicReference<>();
        private final long sinceNanos = nanoTime.getAsLong();
        private volatile long inVainSinceNanos = sinceNanos;

        Change(TopologyCommand command, Consumer<Decision.Reply> done, Consumer<AmqpError> refused) {
            this.command = command;
            this.done = done;
            this.refused = refused;
        }

        void attempt() {
            var pod = writerPod.get();
            if (answered.get()) {
                return;
            }
            if (pod.isEmpty()) {
                attemptAgain();
                return;
            }
            var attempt = new Attempt(this, pod);
            latest.set(attempt);
            attempt.watch();
            if (pod.equals(self)) {
                writer.submit(command, self, attempt);
            } else {
                others.change(pod, command, attempt::answered);
            }
        }

        /** This attempt is over, and nothing came of it; nothing is done if that was known. */
        void failed(Attempt attempt) {
            if (latest.compareAndSet(attempt, null)) {
                if (attempt.wasUnderWay()) {
                    inVainSinceNanos = nanoTime.getAsLong();
                }
                attemptAgain();
            }
        }

        private void attemptAgain() {
            if (isLonger(inVainSinceNanos, PATIENCE) || isTooOld()) {
                refuse(new ConnectionError(ReplyCode.INTERNAL_ERROR, "no pod can change the topology now; try again"));
            } else {
                later.after(AGAIN_MS, this::attempt);
            }
        }

        boolean isTooOld() {
            return isLonger(sinceNanos, AT_MOST);
        }

        boolean waitsFor(Attempt attempt) {
            return attempt.equals(latest.get());
        }

        void accept(Decision.Reply reply) {
            if (isFirstAnswer()) {
                done.accept(reply);
            }
        }

        void refuse(AmqpError error) {
            if (isFirstAnswer()) {
                refused.accept(error);
            }
        }

        private boolean isFirstAnswer() {
            latest.set(null);
            return answered.compareAndSet(false, true);
        }
    }

    /** A change that one pod was asked for. */
    private final class Attempt implements TopologyWriter.Outcome {
        private final Change change;
        private final String pod;
        private final long sinceNanos = nanoTime.getAsLong();

        Attempt(Change change, String pod) {
            this.change = change;
            this.pod = pod;
        }

        boolean wasUnderWay() {
            return isLonger(sinceNanos, Duration.ofMillis(UNDER_WAY_MS));
        }

        void watch() {
            later.after(UNDER_WAY_MS, this::look);
        }

        private void look() {
            if (change.waitsFor(this)) {
                if (change.isTooOld() || !pod.equals(writerPod.get())) {
                    notWriter();
                } else {
                    watch();
                }
            }
        }

        void answered(@Nullable LinkMessage answer) {
            switch (answer) {
                case LinkMessage.Changed(var request, var offset, var reply) ->
                    replica.whenApplied(offset, counted -> accepted(reply, offset));
                case LinkMessage.Refused(var request, var error) -> refused(error);
                case null, default -> notWriter();
            }
        }

        @Override
        public void accepted(Decision.Reply reply, long offset) {
            change.accept(reply);
        }

        @Override
        public void refused(AmqpError error) {
            change.refuse(error);
        }

        @Override
        public void notWriter() {
            change.failed(this);
        }
    }
}
