package io.millrace.broker.log.kafka;

import static java.util.stream.Collectors.toMap;

import io.millrace.broker.log.Browse;
import io.millrace.broker.log.Browse.Start;
import io.millrace.broker.log.Browsed;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Reads some messages of a topic, with a consumer that lives as long as that and is in no group. */
final class RecordBrowser {
    /** What is shown of all messages together, about; a message each partition comes whatever it is. */
    private static final int BYTES_AT_MOST = 4 << 20;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Supplier<Consumer<byte[], byte[]>> consumers;

    /**
     * @param consumers of committed messages, whose calls end after a time
     */
    RecordBrowser(Supplier<Consumer<byte[], byte[]>> consumers) {
        this.consumers = consumers;
    }

    /** Blocks, for some seconds at most. */
    Browsed read(Browse browse) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        try (var consumer = consumers.get()) {
            var partitions = browse.partitions().stream()
                    .map(number -> new TopicPartition(browse.topic(), number))
                    .toList();
            consumer.assign(partitions);
            var windows = windows(consumer, partitions, browse);
            while (windows.values().stream().anyMatch(BrowseWindow::isOpen) && System.nanoTime() < deadline) {
                read(consumer, windows, deadline);
                windows.values().forEach(BrowseWindow::lookFurtherBack);
            }
            return result(windows.values());
        }
    }

    private static Map<TopicPartition, BrowseWindow> windows(
            Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Browse browse) {
        var begins = consumer.beginningOffsets(partitions);
        var ends = consumer.endOffsets(partitions);
        var starts = starts(consumer, partitions, ends, browse.start());
        int bytes = BYTES_AT_MOST / partitions.size();
        var limits = new BrowseWindow.Limits(browse.share(), bytes, Math.min(bytes, browse.shownBytes()));
        return partitions.stream()
                .collect(toMap(
                        partition -> partition,
                        partition -> BrowseWindow.of(
                                partition.partition(),
                                begins.getOrDefault(partition, 0L),
                                ends.getOrDefault(partition, 0L),
                                starts.containsKey(partition)
                                        ? OptionalLong.of(starts.get(partition))
                                        : OptionalLong.empty(),
                                limits)));
    }

    /** Where to begin; for the last messages nobody knows yet. */
    private static Map<TopicPartition, Long> starts(
            Consumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions,
            Map<TopicPartition, Long> ends,
            Start start) {
        return switch (start) {
            case Start.Earliest() -> partitions.stream().collect(toMap(partition -> partition, _ -> 0L));
            case Start.Latest() -> Map.of();
            case Start.Offsets(var offsets) ->
                partitions.stream()
                        .collect(toMap(
                                partition -> partition, partition -> offsets.getOrDefault(partition.partition(), 0L)));
            case Start.Time(long ms) -> {
                var found =
                        consumer.offsetsForTimes(partitions.stream().collect(toMap(partition -> partition, _ -> ms)));
                yield partitions.stream().collect(toMap(partition -> partition, partition -> {
                    var place = found.get(partition);
                    return place == null ? ends.getOrDefault(partition, 0L) : place.offset();
                }));
            }
        };
    }

    private static void read(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, BrowseWindow> windows, long deadline) {
        windows.forEach((partition, window) -> {
            if (window.isOpen()) {
                consumer.seek(partition, window.position());
                consumer.resume(List.of(partition));
            } else {
                consumer.pause(List.of(partition));
            }
        });
        while (consumer.paused().size() < windows.size() && System.nanoTime() < deadline) {
            var records = consumer.poll(POLL);
            windows.forEach((partition, window) -> {
                records.records(partition).forEach(window::take);
                window.readTo(consumer.position(partition));
                if (!window.isOpen()) {
                    consumer.pause(List.of(partition));
                }
            });
        }
    }

    private static Browsed result(Collection<BrowseWindow> windows) {
        var byNumber = windows.stream()
                .sorted(Comparator.comparingInt(window -> window.place().partition()))
                .toList();
        var incomplete = byNumber.stream()
                .flatMap(window -> window.incomplete().stream())
                .findFirst();
        return new Browsed(
                byNumber.stream().flatMap(BrowseWindow::messages).toList(),
                byNumber.stream().map(BrowseWindow::place).toList(),
                incomplete);
    }
}
