package io.millrace.broker.cluster;

import io.millrace.broker.log.MessageLog;
import io.millrace.broker.log.Transactions;
import io.millrace.broker.model.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes of tx.commit: what one brings to the log is there wholly or not at all. Those that wait at the same time share a transaction of the log, and
 * succeed or fail together. Thread-safe.
 */
public final class Commits {
    private static final Logger LOG = LoggerFactory.getLogger(Commits.class);
    private static final int COMMITTERS = 4;
    private static final int MESSAGES_AT_MOST = 1_000;
    private static final long BYTES_AT_MOST = 8 << 20;

    private final Publisher publisher;
    private final MessageLog log;
    private final Transactions transactions;
    private final String prefix;
    private final ArrayDeque<List<Appending>> waiting = new ArrayDeque<>();
    private final ArrayDeque<Desk> idle = new ArrayDeque<>();

    Commits(Publisher publisher, MessageLog log, Transactions transactions, String pod) {
        this.publisher = publisher;
        this.log = log;
        this.transactions = transactions;
        prefix = "amqp.tx." + pod + ".";
        IntStream.range(0, COMMITTERS)
                .mapToObj(number -> new Desk(prefix + number))
                .forEach(idle::add);
    }

    /** An earlier life of this pod may have left transactions open, for which readers of its queues wait. */
    void start() {
        transactions.abortOngoing(prefix).whenComplete((_, failure) -> {
            if (failure != null) {
                LOG.warn("what was left of commits ends by its timeout: {}", failure.toString());
            }
        });
    }

    /** Begins a transaction. */
    public Transaction begin() {
        return new Transaction();
    }

    /** Publishes that belong together. For one thread. */
    public final class Transaction {
        private final List<Appending> appendings = new ArrayList<>();

        private Transaction() {}

        /** As {@link Publisher#publish}, but the log has it only with {@link #commit}. Queues in memory, and those that may refuse a message, have it before. */
        public void publish(Message message, Publisher.Route route, Publisher.Done done) {
            publisher.publish(
                    message,
                    route,
                    (target, appended, listener) -> appendings.add(new Appending(target, appended, listener)),
                    done);
        }

        /**
         * Brings all to the log; each publish hears what became of it. Never blocks.
         *
         * @param lane whose order is kept, as in {@link Publisher#publish}
         */
        public void commit(int lane) {
            if (appendings.size() == 1) { // is atomic by itself
                var one = appendings.getFirst();
                log.append(lane, one.target(), one.message(), one.listener());
            } else if (!appendings.isEmpty()) {
                Commits.this.commit(appendings);
            }
        }
    }

    private void commit(List<Appending> together) {
        Desk desk;
        synchronized (this) {
            waiting.add(together);
            desk = idle.poll();
        }
        if (desk != null) {
            desk.serve();
        }
    }

    /** What the next transaction of the log holds; if there is nothing, the desk is idle from now on. */
    private synchronized List<Appending> next(Desk desk) {
        var batch = new ArrayList<Appending>();
        long bytes = 0;
        while (!waiting.isEmpty() && batch.size() < MESSAGES_AT_MOST && bytes < BYTES_AT_MOST) {
            var one = waiting.remove();
            batch.addAll(one);
            bytes += Appending.bytes(one);
        }
        if (batch.isEmpty()) {
            idle.add(desk);
        }
        return batch;
    }

    /** One transaction after the other, under a name. */
    private final class Desk {
        private final String name;
        private Transactions.@Nullable Committer committer;

        Desk(String name) {
            this.name = name;
        }

        void serve() {
            var batch = next(this);
            if (batch.isEmpty()) {
                return;
            }
            committer()
                    .thenCompose(one -> one.commit(Appending.messages(batch), 0, List.of()))
                    .whenComplete((offsets, failure) -> {
                        if (failure == null) {
                            Appending.appended(batch, offsets);
                        } else {
                            LOG.warn("a commit of {} messages failed: {}", batch.size(), failure.toString());
                            giveUp();
                            Appending.ended(batch, "the transaction failed");
                        }
                        serve();
                    });
        }

        private CompletionStage<Transactions.Committer> committer() {
            if (committer != null) {
                return CompletableFuture.completedStage(committer);
            }
            return transactions.open(name).thenApply(opened -> {
                committer = opened;
                return opened;
            });
        }

        private void giveUp() {
            if (committer != null) {
                committer.close();
                committer = null;
            }
        }
    }
}
