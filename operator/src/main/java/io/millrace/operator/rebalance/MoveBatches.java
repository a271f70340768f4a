package io.millrace.operator.rebalance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Splits a plan into batches that are carried out one after the other, and tells how long that takes. */
public final class MoveBatches {

    private MoveBatches() {}

    /**
     * Bounds of a batch.
     *
     * @param partitions most partitions that change in it
     * @param bytesPerBroker most bytes that flow onto one broker, or off it
     */
    public record Limits(int partitions, long bytesPerBroker) {
        public Limits {
            if (partitions < 1 || bytesPerBroker < 1) {
                throw new IllegalArgumentException("%d partitions, %d bytes".formatted(partitions, bytesPerBroker));
            }
        }
    }

    /**
     * Splits a plan. What is copied comes first, the largest at the front; a unit stays together. What is beyond a bound
     * by itself is a batch of its own. Every move is in exactly one batch.
     *
     * @param units as in the placement
     */
    public static List<List<Move>> split(RebalancePlan plan, List<Set<TopicPartition>> units, Limits limits) {
        var batches = new ArrayList<Batch>();
        var open = 0;
        for (var moves : together(plan, units)) {
            var flow = flow(moves);
            var at = open;
            while (at < batches.size() && !batches.get(at).takes(moves, flow, limits)) {
                at++;
            }
            if (at == batches.size()) {
                batches.add(new Batch());
            }
            batches.get(at).add(moves, flow);
            while (open < batches.size() && batches.get(open).moves.size() >= limits.partitions()) {
                open++;
            }
        }
        return batches.stream().map(batch -> List.copyOf(batch.moves)).toList();
    }

    /**
     * Estimates how long batches take, one after the other: each as long as its busiest broker needs at the throttle's
     * rate. What flows off is taken to flow off the leader, as Kafka does it.
     *
     * @param throttleBytesPerSec limit for what flows onto each broker and for what flows off it
     */
    public static Duration estimate(List<List<Move>> batches, long throttleBytesPerSec) {
        if (throttleBytesPerSec < 1) {
            throw new IllegalArgumentException("a throttle of %d bytes per second".formatted(throttleBytesPerSec));
        }
        var ms = 0.0;
        for (var batch : batches) {
            var busiest = flow(batch).values().stream()
                    .mapToLong(Long::longValue)
                    .max()
                    .orElse(0);
            ms += 1000.0 * busiest / throttleBytesPerSec;
        }
        return Duration.ofMillis(Math.round(ms));
    }

    /** What is being filled. */
    private static final class Batch {
        private final List<Move> moves = new ArrayList<>();
        private final Map<Flow, Long> flow = new HashMap<>();

        boolean takes(List<Move> more, Map<Flow, Long> adds, Limits limits) {
            return moves.size() + more.size() <= limits.partitions()
                    && adds.entrySet().stream()
                            .allMatch(one ->
                                    flow.getOrDefault(one.getKey(), 0L) + one.getValue() <= limits.bytesPerBroker());
        }

        void add(List<Move> more, Map<Flow, Long> adds) {
            moves.addAll(more);
            adds.forEach((key, bytes) -> flow.merge(key, bytes, Long::sum));
        }
    }

    /** Onto a broker, or off it. */
    private record Flow(int broker, boolean onto) {}

    private static Map<Flow, Long> flow(List<Move> moves) {
        Map<Flow, Long> flow = new HashMap<>();
        for (var move : moves) {
            var arriving = new HashSet<>(move.to());
            move.from().forEach(arriving::remove);
            for (var broker : arriving) {
                flow.merge(new Flow(broker, true), move.bytes() / arriving.size(), Long::sum);
            }
            if (move.bytes() > 0 && !move.from().isEmpty()) {
                flow.merge(new Flow(move.from().getFirst(), false), move.bytes(), Long::sum);
            }
        }
        return flow;
    }

    private static List<List<Move>> together(RebalancePlan plan, List<Set<TopicPartition>> units) {
        var heads = new Units(units);
        Map<TopicPartition, List<Move>> together = new LinkedHashMap<>();
        for (var move : plan.moves()) {
            together.computeIfAbsent(heads.head(move.partition()), key -> new ArrayList<>())
                    .add(move);
        }
        return together.values().stream()
                .sorted(Comparator.comparingLong(MoveBatches::bytes).reversed())
                .toList();
    }

    private static long bytes(List<Move> moves) {
        return moves.stream().mapToLong(Move::bytes).sum();
    }
}
