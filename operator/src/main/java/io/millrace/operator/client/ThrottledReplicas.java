package io.millrace.operator.client;

import io.millrace.operator.rebalance.Move;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Which replicas a move throttles, as Kafka's topic settings write it: {@code partition:broker}, separated by commas. */
final class ThrottledReplicas {

    static final String LEADERS = "leader.replication.throttled.replicas";
    static final String FOLLOWERS = "follower.replication.throttled.replicas";

    private final Collection<Move> moves;

    ThrottledReplicas(Collection<Move> moves) {
        this.moves = moves;
    }

    /** Those of a topic that are copied from, and those that are copied to. */
    record Lists(String leaders, String followers) {
        Lists and(Lists more) {
            return new Lists(leaders + "," + more.leaders(), followers + "," + more.followers());
        }
    }

    /** Returns them for every topic that is copied. */
    Map<String, Lists> byTopic() {
        var topics = new TreeMap<String, Lists>();
        for (var move : moves) {
            var arriving = move.to().stream()
                    .filter(broker -> !move.from().contains(broker))
                    .toList();
            if (!arriving.isEmpty()) {
                var lists = new Lists(list(move, move.from()), list(move, arriving));
                topics.merge(move.partition().topic(), lists, Lists::and);
            }
        }
        return topics;
    }

    private static String list(Move move, Collection<Integer> brokers) {
        return String.join(
                ",",
                brokers.stream()
                        .map(broker -> move.partition().partition() + ":" + broker)
                        .toList());
    }
}
