package io.millrace.operator.rebalance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/** Makes placements, and carries plans out on them. */
final class Placements {

    private static final long MIB = 1 << 20;

    private Placements() {}

    /** Brokers with the ids from 0 on, over so many racks in turn; none if there are 0 racks. */
    static List<Broker> brokers(int count, int racks) {
        return IntStream.range(0, count)
                .mapToObj(id -> new Broker(id, racks == 0 ? null : "rack-" + id % racks, false))
                .toList();
    }

    /** Partitions of a topic, laid out from broker to broker, each on as many racks as there are replicas. */
    static List<Replicas> spread(
            String topic, int partitions, int factor, List<Broker> brokers, int wanted, Random random) {
        var racks = (int) brokers.stream().map(Broker::rack).distinct().count();
        var steps = 1 + Math.max(0, (brokers.size() - 1) / Math.max(1, factor - 1) - 1) / racks;
        return laidOut(topic, partitions, wanted, random, partition -> {
            var step = 1 + racks * (partition / brokers.size() % steps);
            return IntStream.range(0, factor)
                    .mapToObj(i ->
                            brokers.get((partition + i * step) % brokers.size()).id())
                    .toList();
        });
    }

    /** Partitions that lie where somebody put them: most on the first brokers, none on the last ones. */
    static List<Replicas> skewed(String topic, int partitions, int factor, List<Broker> brokers, Random random) {
        return laidOut(topic, partitions, factor, random, partition -> {
            var chosen = new ArrayList<Integer>();
            var racks = new HashSet<String>();
            while (chosen.size() < factor) {
                var at = brokers.get((int) (brokers.size() * 0.9 * Math.pow(random.nextDouble(), 1.3)));
                if (racks.add("" + at.rack())) {
                    chosen.add(at.id());
                }
            }
            return chosen;
        });
    }

    /** Sizes differ as they do in the field: log-normally. */
    private static List<Replicas> laidOut(
            String topic, int partitions, int wanted, Random random, IntFunction<List<Integer>> brokers) {
        return IntStream.range(0, partitions)
                .mapToObj(partition -> new Replicas(
                        new TopicPartition(topic, partition),
                        brokers.apply(partition),
                        Math.round(256 * MIB * Math.exp(random.nextGaussian())),
                        wanted))
                .toList();
    }

    /** The placement after all moves of a plan. */
    static Placement after(Placement before, RebalancePlan plan) {
        Map<TopicPartition, List<Integer>> moved = new HashMap<>();
        plan.moves().forEach(move -> moved.put(move.partition(), move.to()));
        return new Placement(
                before.brokers(),
                before.partitions().stream()
                        .map(one -> new Replicas(
                                one.partition(),
                                moved.getOrDefault(one.partition(), one.brokers()),
                                one.bytes(),
                                one.wanted()))
                        .toList(),
                before.units());
    }

    static Placement of(List<Broker> brokers, List<Replicas> partitions) {
        return new Placement(brokers, partitions, List.of());
    }

    static Set<TopicPartition> unit(TopicPartition... partitions) {
        return Set.of(partitions);
    }
}
