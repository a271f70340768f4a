package io.millrace.broker.log.kafka;

import io.millrace.broker.log.Letters;
import io.millrace.broker.log.Transactions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Commits with one transactional producer. */
final class KafkaCommitter implements Transactions.Committer {
    private final KafkaProducer<byte[], byte[]> producer;
    private final Executor blocking;
    private final Consumer<KafkaCommitter> closed;

    /**
     * @param producer whose transactions are initialised
     * @param blocking runs what may block
     * @param closed told once it is of no use any more
     */
    KafkaCommitter(KafkaProducer<byte[], byte[]> producer, Executor blocking, Consumer<KafkaCommitter> closed) {
        this.producer = producer;
        this.blocking = blocking;
        this.closed = closed;
    }

    @Override
    public CompletionStage<List<Long>> commit(List<Transactions.Append> messages, int slot, List<Letters> notes) {
        return CompletableFuture.supplyAsync(
                () -> {
                    producer.beginTransaction();
                    var sent = new ArrayList<Future<RecordMetadata>>(messages.size());
                    for (var message : messages) {
                        sent.add(producer.send(KafkaRecords.of(message.target(), message.message())));
                    }
                    for (var note : notes) {
                        producer.send(KafkaTransactions.note(slot, note));
                    }
                    producer.commitTransaction(); // fails if one of them could not be appended
                    return offsets(sent);
                },
                blocking);
    }

    private static List<Long> offsets(List<Future<RecordMetadata>> sent) {
        var offsets = new ArrayList<Long>(sent.size());
        try {
            for (var one : sent) {
                offsets.add(one.get().offset());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
        return offsets;
    }

    @Override
    public void close() {
        closed.accept(this);
        blocking.execute(() -> producer.close(Duration.ZERO));
    }
}
