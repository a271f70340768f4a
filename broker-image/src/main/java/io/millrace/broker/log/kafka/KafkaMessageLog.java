package io.millrace.broker.log.kafka;

import io.millrace.broker.log.LogTarget;
import io.millrace.broker.log.MessageLog;
import io.millrace.broker.model.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** {@link MessageLog} on publish lanes and fetchers. */
final class KafkaMessageLog implements MessageLog, AutoCloseable {
    private final List<PublishLane> lanes = new ArrayList<>();
    private final List<Fetcher> fetchers = new ArrayList<>();
    private final Followers followers;
    private final Executor blocking;

    /**
     * @param kicks appends the kicks
     * @param firstKick this pod's first partition of the kick topic
     * @param blocking runs what may block
     */
    KafkaMessageLog(
            KafkaClients clients,
            KafkaProducer<byte[], byte[]> kicks,
            int firstKick,
            int laneCount,
            int fetcherCount,
            Executor blocking) {
        this.blocking = blocking;
        for (int i = 0; i < laneCount; i++) {
            lanes.add(new PublishLane(i, clients.producer("publish-" + i)));
        }
        for (int i = 0; i < fetcherCount; i++) {
            int partition = (firstKick + i) % InternalTopics.KICK_COUNT;
            fetchers.add(fetcher("fetch-" + i, partition, clients, kicks));
        }
        followers = new Followers(number -> fetcher("follow-" + number, firstKick, clients, kicks));
    }

    private Fetcher fetcher(String name, int kickPartition, KafkaClients clients, KafkaProducer<byte[], byte[]> kicks) {
        var kick = new ProducerRecord<byte[], byte[]>(InternalTopics.KICK, kickPartition, null, new byte[] {0});
        return new Fetcher(
                name,
                clients.reader(name),
                new TopicPartition(InternalTopics.KICK, kickPartition),
                () -> blocking.execute(() -> {
                    kicks.send(kick);
                }));
    }

    @Override
    public void append(int lane, LogTarget target, Message message, AppendListener listener) {
        lanes.get(Math.floorMod(lane, lanes.size())).append(target, message, listener);
    }

    @Override
    public CompletionStage<Void> keepReady(Set<String> topics) {
        return CompletableFuture.runAsync(
                () -> topics.forEach(topic -> lanes.forEach(lane -> lane.prepare(topic))), blocking);
    }

    @Override
    public CompletionStage<Void> prepare(String topic) {
        return CompletableFuture.allOf(lanes.stream()
                .map(lane -> CompletableFuture.runAsync(() -> lane.prepare(topic), blocking))
                .toArray(CompletableFuture[]::new));
    }

    @Override
    public boolean isCongested() {
        for (var lane : lanes) {
            if (lane.isCongested()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Reading read(String topic, int partition, long offset, ReadListener listener) {
        var topicPartition = new TopicPartition(topic, partition);
        var fetcher = fetchers.get(Math.floorMod(topicPartition.hashCode(), fetchers.size()));
        fetcher.start(topicPartition, offset, listener);
        return new Reading() {
            @Override
            public void pause() {
                fetcher.pause(topicPartition, listener, true);
            }

            @Override
            public void resume() {
                fetcher.pause(topicPartition, listener, false);
            }

            @Override
            public void stop() {
                fetcher.stop(topicPartition, listener);
            }
        };
    }

    @Override
    public Reading follow(String topic, int partition, long offset, ReadListener listener) {
        return followers.read(new TopicPartition(topic, partition), offset, listener);
    }

    @Override
    public void close() {
        lanes.forEach(PublishLane::close);
        fetchers.forEach(Fetcher::close);
        followers.close();
    }
}
