package io.millrace.operator.bench;

import io.millrace.api.v1alpha1.Queue;
import io.millrace.api.v1alpha1.Topic;
import io.millrace.operator.client.BrokerAdmin;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.reconcile.ExchangeReconciler;
import io.millrace.operator.reconcile.TopologyWatch;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * ./dev bench operator: a real API server and a real broker in processes of their own; the reconcilers in this one, with the
 * heap an operator has. Arguments: topics, queues or groups; objects applied at once, objects at rest, seconds of rest (of
 * groups: groups, partitions, seconds).
 */
final class OperatorBench {

    private OperatorBench() {}

    public static void main(String[] args) throws Exception {
        var what = args[0];
        var numbers = IntStream.range(1, args.length)
                .map(i -> Integer.parseInt(args[i]))
                .toArray();
        try (var broker = BrokerProcess.start(System.getProperty("bench.broker"));
                var admin = BrokerAdmin.connect(Map.of("bootstrap.servers", broker.bootstrap()))) {
            var parts = new Parts();
            var connections = new LocalConnections(admin, broker.queues());
            var watch = new TopologyWatch(connections, parts.lookout());
            var harness = new Harness(
                    parts,
                    List.of(
                            parts.topics(watch, connections),
                            parts.queues(watch, connections),
                            new ExchangeReconciler(watch, parts.leaves()),
                            parts.groups(connections)));
            harness.servingCluster("orders", "");
            switch (what) {
                case "topics" -> {
                    var before = Spending.now();
                    Words.say(
                            "raw Admin ceiling, %d topics in one request after the other: %,.0f per second",
                            numbers[0], ceiling(broker, numbers[0]));
                    before.tellOfTheBrokerSince(numbers[0]);
                    new ManyObjects<>(harness, Topic.class, "{cluster: {name: orders}, partitions: 1, replicas: 1}")
                            .measure(numbers[0], numbers[1], numbers[2]);
                }
                case "queues" ->
                    new ManyObjects<>(harness, Queue.class, "{cluster: {name: orders}}")
                            .measure(numbers[0], numbers[1], numbers[2]);
                case "groups" -> new GroupLags(harness, broker).measure(numbers[0], numbers[1], numbers[2]);
                default -> throw new IllegalArgumentException(what);
            }
        }
        System.exit(0);
    }

    /** What the broker does by itself: the same requests without an operator. */
    private static double ceiling(BrokerProcess broker, int count) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            var begin = System.nanoTime();
            for (int i = 0; i < count; i++) {
                admin.createTopics(List.of(new NewTopic("raw-" + i, 1, (short) 1)))
                        .all()
                        .get();
            }
            var rate = count / Words.secondsSince(begin);
            var names = IntStream.range(0, count).mapToObj(i -> "raw-" + i).toList();
            admin.deleteTopics(names).all().get();
            return rate;
        }
    }
}
