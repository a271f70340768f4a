package io.millrace.broker.cluster;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.topology.Decision;
import io.millrace.broker.topology.TopologyCommand;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings changes to the writer of the topology, here or on another pod, and again to the next one if the writer changes meanwhile: every change may be made twice
 * without harm. Answers when this pod's replica has the change.
 */
final class TopologyChanges {
    private static final int AGAIN_MS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String self;
    private final TopologyWriter writer;
    private final TopologyReplica replica;
    private final Links links;
    private final Supplier<String> writerPod;
    private final Executor later = CompletableFuture.delayedExecutor(AGAIN_MS, TimeUnit.MILLISECONDS);

    /** @param writerPod who claimed the writer's slot last; empty while nobody has */
    TopologyChanges(
            String self, TopologyWriter writer, TopologyReplica replica, Links links, Supplier<String> writerPod) {
        this.self = self;
        this.writer = writer;
        this.replica = replica;
        this.links = links;
        this.writerPod = writerPod;
    }

    void submit(TopologyCommand command, Consumer<Decision.Reply> done, Consumer<AmqpError> refused) {
        new Change(command, done, refused, System.nanoTime() + PATIENCE.toNanos()).attempt();
    }

    private final class Change implements TopologyWriter.Outcome {
        private final TopologyCommand command;
        private final Consumer<Decision.Reply> done;
        private final Consumer<AmqpError> refused;
        private final long deadline;

        Change(TopologyCommand command, Consumer<Decision.Reply> done, Consumer<AmqpError> refused, long deadline) {
            this.command = command;
            this.done = done;
            this.refused = refused;
            this.deadline = deadline;
        }

        void attempt() {
            var pod = writerPod.get();
            if (pod.equals(self)) {
                writer.submit(command, self, this);
            } else if (pod.isEmpty()) {
                notWriter();
            } else {
                links.change(pod, command, this::answered);
            }
        }

        private void answered(@Nullable LinkMessage answer) {
            switch (answer) {
                case LinkMessage.Changed(var request, var offset, var reply) ->
                    replica.whenApplied(offset, counted -> accepted(reply, offset));
                case LinkMessage.Refused(var request, var error) -> refused(error);
                case null, default -> notWriter();
            }
        }

        @Override
        public void accepted(Decision.Reply reply, long offset) {
            done.accept(reply);
        }

        @Override
        public void refused(AmqpError error) {
            refused.accept(error);
        }

        @Override
        public void notWriter() {
            if (System.nanoTime() - deadline < 0) {
                later.execute(this::attempt);
            } else {
                refused.accept(
                        new ConnectionError(ReplyCode.INTERNAL_ERROR, "no pod can change the topology now; try again"));
            }
        }
    }
}
