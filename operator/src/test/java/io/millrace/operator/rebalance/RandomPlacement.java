package io.millrace.operator.rebalance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Placements that anything may have happened to: replicas anywhere, brokers cordoned and lost, units torn. What is
 * wanted of them can be had.
 *
 * @param brokers how many live
 * @param racks on at most so many racks; without racks if 0
 * @param partitions how many there are
 * @param units at most so many units
 * @param seed all the rest
 */
record RandomPlacement(int brokers, int racks, int partitions, int units, long seed) {

    private static final int LOST = 2;

    Placement make() {
        var random = new Random(seed);
        var brokers = makeBrokers(random);
        var free = (int) brokers.stream().filter(broker -> !broker.cordoned()).count();
        var oneFactor = random.nextBoolean() ? 1 + random.nextInt(Math.min(free, 4)) : 0;
        var sizes = random.nextInt(4);
        var partitions = new ArrayList<Replicas>();
        for (int i = 0; i < this.partitions; i++) {
            var wanted = oneFactor > 0 ? oneFactor : 1 + random.nextInt(Math.min(free, 4));
            var name = new TopicPartition("t" + i % 7, i);
            partitions.add(new Replicas(name, somewhere(random), size(sizes, random), wanted));
        }
        return withUnits(brokers, partitions, random);
    }

    private List<Broker> makeBrokers(Random random) {
        var made = new ArrayList<Broker>();
        var cordons = random.nextInt(3) == 0 ? 0.3 : 0;
        for (int id = 0; id < brokers; id++) {
            made.add(new Broker(id, rack(random), id > 0 && random.nextDouble() < cordons));
        }
        Collections.shuffle(made, random);
        return made;
    }

    private @Nullable String rack(Random random) {
        return racks == 0 ? null : "r" + random.nextInt(racks);
    }

    /** At least one replica is on a broker that lives. */
    private List<Integer> somewhere(Random random) {
        var ids = new ArrayList<Integer>();
        for (int id = 0; id < brokers + LOST; id++) {
            ids.add(id);
        }
        Collections.shuffle(ids, random);
        var list = new ArrayList<>(ids.subList(0, 1 + random.nextInt(Math.min(brokers, 4))));
        if (list.stream().allMatch(id -> id >= brokers)) {
            list.set(0, random.nextInt(brokers));
        }
        return list;
    }

    private static long size(int sizes, Random random) {
        return switch (sizes) {
            case 0 -> 0;
            case 1 -> 1000;
            case 2 -> Math.round(1000 * Math.exp(random.nextGaussian()));
            default -> random.nextInt(20) == 0 ? 1_000_000 : random.nextInt(1000);
        };
    }

    private Placement withUnits(List<Broker> brokers, List<Replicas> partitions, Random random) {
        var sets = new ArrayList<Set<TopicPartition>>();
        var at = 0;
        for (int unit = 0; unit < units; unit++) {
            var set = new HashSet<TopicPartition>();
            set.add(new TopicPartition("gone", unit));
            var first = at;
            for (int i = 0; i <= random.nextInt(6) && at < partitions.size(); i++, at++) {
                set.add(partitions.get(at).partition());
                var one = partitions.get(at);
                var brokersOfOne = random.nextInt(3) == 0
                        ? one.brokers()
                        : partitions.get(first).brokers();
                partitions.set(
                        at,
                        new Replicas(
                                one.partition(),
                                brokersOfOne,
                                one.bytes(),
                                partitions.get(first).wanted()));
            }
            sets.add(set);
        }
        return new Placement(brokers, partitions, sets);
    }
}
