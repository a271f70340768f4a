package io.millrace.operator.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {

    private final ConcurrentLinkedQueue<Integer> sizes = new ConcurrentLinkedQueue<>();
    private final CountDownLatch firstIsUnderWay = new CountDownLatch(1);
    private final CountDownLatch firstMayEnd = new CountDownLatch(1);

    @Test
    void whoeverAsksAloneIsAnsweredAtOnce() {
        var batches = new Batches<Integer, Integer>(10, this::squares);

        assertThat(batches.ask(3)).isEqualTo(9);
        assertThat(batches.ask(4)).isEqualTo(16);

        assertThat(sizes).containsExactly(1, 1);
    }

    @Test
    void whatIsAskedWhileARequestIsUnderWayGoesTogetherInTheNext() throws Exception {
        var answers = askWhileTheFirstIsUnderWay(new Batches<>(100, this::squaresButTheFirstTakesLong));

        assertThat(answers).containsExactlyElementsOf(squaresUpTo(50));
        assertThat(sizes).containsExactly(1, 50);
    }

    @Test
    void aRequestHoldsNoMoreThanItMay() throws Exception {
        var answers = askWhileTheFirstIsUnderWay(new Batches<>(20, this::squaresButTheFirstTakesLong));

        assertThat(answers).containsExactlyElementsOf(squaresUpTo(50));
        assertThat(sizes).containsExactly(1, 20, 20, 10);
    }

    @Test
    void twoWhoAskTheSameShareTheAnswer() throws Exception {
        var batches = new Batches<Integer, Integer>(100, this::squaresButTheFirstTakesLong);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> batches.ask(0));
            firstIsUnderWay.await();
            var others = List.of(threads.submit(() -> batches.ask(7)), threads.submit(() -> batches.ask(7)));
            awaitWaiting(batches, 2);
            firstMayEnd.countDown();
            assertThat(first.get()).isZero();
            assertThat(all(others)).containsExactly(49, 49);
        }
        assertThat(sizes).containsExactly(1, 1);
    }

    @Test
    void oneThatFailsHarmsNoOther() throws Exception {
        var batches = new Batches<Integer, Integer>(100, this::squaresButTheFirstTakesLong);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> batches.ask(0));
            firstIsUnderWay.await();
            var odd = threads.submit(() -> batches.ask(-1));
            var well = threads.submit(() -> batches.ask(2));
            awaitWaiting(batches, 2);
            firstMayEnd.countDown();
            assertThat(first.get()).isZero();
            assertThat(well.get()).isEqualTo(4);
            assertThatThrownBy(odd::get).hasCauseInstanceOf(FailureException.class);
        }
    }

    @Test
    void aRequestThatFailsAsAWholeFailsForAllWhoAskedInIt() {
        var batches = new Batches<Integer, Integer>(10, questions -> {
            throw failure();
        });

        assertThatThrownBy(() -> batches.ask(1)).isInstanceOf(FailureException.class);
        assertThatThrownBy(() -> batches.ask(2)).isInstanceOf(FailureException.class);
    }

    @Test
    void whatMayNotGoTogetherGoesInTheOrderItWasAsked() throws Exception {
        var batches = new Batches<Integer, Integer>(
                () -> new Load<>(100, question -> 1, question -> question % 10), this::squaresButTheFirstTakesLong);

        assertThat(askWhileTheFirstIsUnderWay(batches)).containsExactlyElementsOf(squaresUpTo(50));

        assertThat(sizes).hasSizeLessThanOrEqualTo(51).hasSizeGreaterThanOrEqualTo(6);
    }

    @Test
    void everyoneIsAnsweredHoweverManyAskAtAnyTime() throws Exception {
        var batches = new Batches<Integer, Integer>(7, this::squares);
        try (var threads = Executors.newFixedThreadPool(40)) {
            var answers = IntStream.rangeClosed(1, 5_000)
                    .mapToObj(i -> threads.submit(() -> batches.ask(i)))
                    .toList();
            assertThat(all(answers)).containsExactlyElementsOf(squaresUpTo(5_000));
        }
        assertThat(sizes).allMatch(size -> size <= 7);
    }

    @Test
    void aRequestThatBreaksLeavesTheTurnToTheNext() {
        var broken = new AtomicBoolean(true);
        var batches = new Batches<Integer, Integer>(10, questions -> {
            if (broken.getAndSet(false)) {
                throw new AssertionError("no memory, or the like");
            }
            return squares(questions);
        });

        assertThatThrownBy(() -> batches.ask(1)).isInstanceOf(AssertionError.class);
        assertThat(batches.ask(2)).isEqualTo(4);
    }

    private List<Integer> askWhileTheFirstIsUnderWay(Batches<Integer, Integer> batches) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> batches.ask(0));
            firstIsUnderWay.await();
            var others = IntStream.rangeClosed(1, 50)
                    .mapToObj(i -> threads.submit(() -> batches.ask(i)))
                    .toList();
            awaitWaiting(batches, 50);
            firstMayEnd.countDown();
            assertThat(first.get()).isZero();
            return all(others);
        }
    }

    private static void awaitWaiting(Batches<?, ?> batches, int count) {
        await().until(() -> batches.waiting() == count);
    }

    private static List<Integer> all(List<Future<Integer>> answers) throws ExecutionException, InterruptedException {
        var result = new ArrayList<Integer>();
        for (var answer : answers) {
            result.add(answer.get());
        }
        return result;
    }

    private static List<Integer> squaresUpTo(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(i -> i * i).toList();
    }

    private Map<Integer, Supplier<Integer>> squaresButTheFirstTakesLong(Collection<Integer> questions) {
        if (sizes.isEmpty()) {
            firstIsUnderWay.countDown();
            try {
                firstMayEnd.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return squares(questions);
    }

    private Map<Integer, Supplier<Integer>> squares(Collection<Integer> questions) {
        sizes.add(questions.size());
        var answers = new HashMap<Integer, Supplier<Integer>>();
        questions.forEach(question -> answers.put(question, () -> {
            if (question < 0) {
                throw failure();
            }
            return question * question;
        }));
        return answers;
    }

    private static FailureException failure() {
        return new FailureException(new Failure.BrokerUnavailable("not today"), new IOException());
    }
}
