package io.millrace.operator.rebalance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operator.rebalance.MoveBatches.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class MoveBatchesTest {

    private static final Limits WIDE = new Limits(100, 1000);

    @Test
    void noMovesNoBatches() {
        assertThat(split(List.of(), WIDE)).isEmpty();
    }

    @Test
    void partitionsOfABatchAreBounded() {
        var moves = IntStream.range(0, 10).mapToObj(i -> move(i, 0, 1, 0)).toList();

        assertThat(split(moves, new Limits(4, 1000))).extracting(List::size).containsExactly(4, 4, 2);
    }

    @Test
    void bytesOntoABrokerAreBounded() {
        var moves = List.of(move(0, 0, 9, 600), move(1, 1, 9, 600), move(2, 2, 9, 400));

        assertThat(split(moves, WIDE)).containsExactly(List.of(moves.get(0), moves.get(2)), List.of(moves.get(1)));
    }

    @Test
    void bytesOffABrokerAreBounded() {
        var moves = List.of(move(0, 0, 7, 600), move(1, 0, 8, 600));

        assertThat(split(moves, WIDE)).hasSize(2);
    }

    @Test
    void brokersThatHaveNothingToDoWithEachOtherShareABatch() {
        var moves = List.of(move(0, 0, 1, 900), move(1, 2, 3, 900), move(2, 1, 0, 900));

        assertThat(split(moves, WIDE)).hasSize(1);
    }

    @Test
    void whatIsLargerThanTheBoundGoesAlone() {
        var moves = List.of(move(0, 0, 1, 5000), move(1, 0, 1, 10), move(2, 2, 1, 10));

        assertThat(split(moves, WIDE)).containsExactly(List.of(moves.get(0)), List.of(moves.get(1), moves.get(2)));
    }

    @Test
    void unitStaysTogetherEvenBeyondABound() {
        var moves = List.of(move(0, 0, 1, 10), move(1, 0, 1, 10), move(2, 0, 1, 10));
        var units = List.of(
                Set.of(moves.get(0).partition(), moves.get(2).partition()),
                Set.of(moves.get(2).partition(), new TopicPartition("other", 0)));

        assertThat(MoveBatches.split(new RebalancePlan(moves), units, new Limits(1, 1000)))
                .containsExactly(List.of(moves.get(0), moves.get(2)), List.of(moves.get(1)));
    }

    @Test
    void estimateIsWhatTheBusiestBrokerOfEachBatchNeeds() {
        var batches = List.of(
                List.of(move(0, 0, 1, 3000), move(1, 2, 1, 2000)), List.of(move(2, 0, 1, 500), move(3, 0, 2, 500)));

        assertThat(MoveBatches.estimate(batches, 1000)).isEqualTo(Duration.ofSeconds(5 + 1));
    }

    private static List<List<Move>> split(List<Move> moves, Limits limits) {
        return MoveBatches.split(new RebalancePlan(moves), List.of(), limits);
    }

    private static Move move(int partition, int from, int to, long bytes) {
        return new Move(new TopicPartition("t", partition), List.of(from), List.of(to), bytes);
    }
}
