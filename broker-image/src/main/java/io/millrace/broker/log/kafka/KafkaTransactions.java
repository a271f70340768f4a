package io.millrace.broker.log.kafka;

import io.millrace.broker.log.Letters;
import io.millrace.broker.log.Transactions;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** {@link Transactions} with a producer for each name. */
final class KafkaTransactions implements Transactions, AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final KafkaClients clients;
    private final Admin admin;
    private final Executor blocking;
    private final Set<KafkaCommitter> open = ConcurrentHashMap.newKeySet();

    /** @param blocking runs what may block */
    KafkaTransactions(KafkaClients clients, Admin admin, Executor blocking) {
        this.clients = clients;
        this.admin = admin;
        this.blocking = blocking;
    }

    @Override
    public CompletionStage<Committer> open(String name) {
        return blocking(() -> {
            var producer = clients.transactional(name);
            try {
                producer.initTransactions();
            } catch (RuntimeException e) {
                producer.close(Duration.ZERO);
                throw e;
            }
            var committer = new KafkaCommitter(producer, blocking, open::remove);
            open.add(committer);
            return committer;
        });
    }

    @Override
    public CompletionStage<Void> abortOngoing(String prefix) {
        return blocking(() -> {
            var ongoing = new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING));
            var names = admin.listTransactions(ongoing).all().get().stream()
                    .map(TransactionListing::transactionalId)
                    .filter(name -> name.startsWith(prefix))
                    .toList();
            if (!names.isEmpty()) {
                admin.fenceProducers(names).all().get();
            }
            return null;
        });
    }

    @Override
    public CompletionStage<Map<Long, Letters>> letters(int slot, String name) {
        return blocking(() -> {
            InternalTopics.ensureLetters(admin);
            admin.fenceProducers(List.of(name)).all().get();
            var partition = new TopicPartition(InternalTopics.LETTERS, slot);
            long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
            try (var consumer = clients.reader("letters-" + slot)) {
                return read(consumer, partition, end);
            }
        });
    }

    private static Map<Long, Letters> read(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long end) {
        var found = new HashMap<Long, Letters>();
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (consumer.position(partition) < end) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("%s cannot be read to its end, %d".formatted(partition, end));
            }
            for (var one : consumer.poll(POLL)) {
                if (one.value() == null) {
                    found.values().removeIf(letters -> Arrays.equals(letters.key(), one.key()));
                } else {
                    var letters = Letters.read(one.key(), one.value());
                    found.put(letters.qid(), letters);
                }
            }
        }
        return found;
    }

    static ProducerRecord<byte[], byte[]> note(int slot, Letters letters) {
        var value = letters.places().isEmpty() ? null : letters.value();
        return new ProducerRecord<>(InternalTopics.LETTERS, slot, letters.key(), value);
    }

    private <T extends @Nullable Object> CompletionStage<T> blocking(Callable<T> task) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return task.call();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new CompletionException(e);
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                blocking);
    }

    @Override
    public void close() {
        List.copyOf(open).forEach(KafkaCommitter::close);
    }
}
