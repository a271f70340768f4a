package io.millrace.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What waits behind a stuck key, more than fits into memory. */
class ParkingTest {
    private static final int MANY = 50_000;
    private static final SessionId STUCK = new SessionId("pod-0", 1);
    private static final SessionId QUICK = new SessionId("pod-0", 2);

    private final KeyedLog log = new KeyedLog(1, this::send);
    private final List<Long> toStuck = new ArrayList<>();
    private final List<Long> toQuick = new ArrayList<>();

    private QueueMachine queue = open(QueueRules.plain(true), QueueLimits.STANDARD);

    private QueueMachine open(QueueRules rules, QueueLimits limits) {
        log.nobodyReads();
        var recovered = new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), Integer.MAX_VALUE, log.end(0));
        return new QueueMachine(rules.withPartitioning(new Shards(1)), limits, List.of(recovered), 0);
    }

    private void send(QueueCommand command) {
        for (var effect : queue.on(command, 0)) {
            if (effect instanceof QueueEffect.Deliver deliver) {
                (deliver.consumer().id().session().equals(STUCK) ? toStuck : toQuick).add(deliver.place());
            } else {
                log.carryOut(effect);
            }
        }
    }

    private static Message message(String key) {
        return new Message("", key, new byte[2], new byte[100], Message.NEVER, 0);
    }

    private void publish(String key, int count) {
        for (int i = 0; i < count; i++) {
            var message = message(key);
            send(new QueueCommand.Appended(log.append(0, message), message));
        }
    }

    private void subscribe(SessionId session, int prefetch) {
        send(new QueueCommand.Subscribe(new Consumer(new ConsumerId(session, "c"), prefetch, false, 0), false));
    }

    private void ack(SessionId session, long place) {
        send(new QueueCommand.Settled(session, new long[] {place}, Outcome.ACK));
    }

    /** Acknowledges as long as something comes. */
    private void drain(SessionId session, List<Long> delivered) {
        int acked = 0;
        for (int idle = 0; idle < 20; idle++) {
            for (; acked < delivered.size(); acked++) {
                ack(session, delivered.get(acked));
                idle = 0;
            }
            log.readAll(500);
        }
    }

    @Test
    void manyMessagesOfAStuckKeyHoldUpNoOtherAndComeInOrderWhenItIsSettled() {
        subscribe(STUCK, 1);
        publish("stuck", 1 + MANY);
        assertThat(toStuck).containsExactly(0L);
        subscribe(QUICK, 10);

        publish("other", 100);
        drain(QUICK, toQuick);

        assertThat(toQuick)
                .containsExactlyElementsOf(
                        LongStream.range(MANY + 1, MANY + 101).boxed().toList());
        assertThat(queue.ready()).isEqualTo(MANY);

        send(new QueueCommand.Cancelled(new ConsumerId(STUCK, "c")));
        toQuick.clear();
        ack(STUCK, 0);
        drain(QUICK, toQuick);

        assertThat(toQuick)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, MANY).boxed().toList());
        assertThat(queue.ready()).isZero();
        assertThat(queue.unackedCount()).isZero();
        assertThat(queue.levels().getFirst().ledger().floor()).isEqualTo(MANY + 101);
    }

    @Test
    void noMoreBodiesThanTheWindowHoldsAreInMemory() {
        var limits = new QueueLimits(100, 1 << 20, 1_000, 1 << 20, MANY);
        queue = open(QueueRules.plain(true), limits);
        subscribe(STUCK, 1);
        publish("stuck", 1_000);
        publish("free", 500);

        var keyed = Objects.requireNonNull(queue.levels().getFirst().keyed);
        assertThat(keyed.size() - keyed.parked()).isLessThanOrEqualTo(100);
        assertThat(queue.ready()).isEqualTo(1_499);
    }

    @Test
    void beyondWhatCanBeRememberedReadingWaits() {
        var limits = new QueueLimits(100, 1 << 20, 1_000, 1 << 20, 300);
        queue = open(QueueRules.plain(true), limits);
        subscribe(STUCK, 1);
        publish("stuck", 1_000);
        for (int i = 0; i < 50; i++) {
            log.readAll(50);
        }
        var keyed = Objects.requireNonNull(queue.levels().getFirst().keyed);
        assertThat(keyed.parked()).isBetween(300, 350);

        drain(STUCK, toStuck);

        assertThat(toStuck).hasSize(1_000).isSorted();
    }

    @Test
    void theNextOwnerFindsWhatASessionHoldsBehindAllThatWaits() {
        var limits = new QueueLimits(100, 1 << 20, 1_000, 1 << 20, MANY);
        publishUnheard("first", 1);
        publishUnheard("second", 5_000);
        queue = open(QueueRules.plain(true), limits);
        long held = log.append(0, message("first"));
        publishUnheard("first", 1);
        log.tellEnds();
        send(new QueueCommand.HandBack(STUCK, "c", new long[] {held}));
        subscribe(QUICK, 0);
        for (int i = 0; i < 30; i++) {
            log.readAll(500);
        }

        assertThat(toQuick).as("0 was settled: one after it was delivered").containsExactly(1L);
        ack(STUCK, held);
        drain(QUICK, toQuick);
        assertThat(toQuick).contains(held + 1);
        assertThat(queue.ready()).isZero();
        assertThat(toQuick).hasSize(5_001);
    }

    @Test
    void onAQueueThatCanBeRewoundWhatWasDeliveredProvesNothing() {
        publishUnheard("a", 3);
        queue = open(QueueRules.plain(true).withReplay(), QueueLimits.STANDARD);
        send(new QueueCommand.HandBack(STUCK, "c", new long[] {1}));
        subscribe(QUICK, 0);
        log.tellEnds();
        log.readAll(10);
        assertThat(toQuick).isEmpty();

        ack(STUCK, 1);

        assertThat(toQuick).containsExactly(0L);
    }

    @Test
    void aMessageThatIsGoneFromTheLogHoldsUpNobody() {
        var limits = new QueueLimits(2, 1 << 20, 1_000, 1 << 20, MANY);
        queue = open(QueueRules.plain(true), limits);
        subscribe(STUCK, 1);
        publish("a", 6);
        ack(STUCK, 0);
        assertThat(toStuck).hasSizeLessThan(3);

        var last = new QueueCommand.Arrival(5, message("a"));
        while (!toStuck.contains(5L)) {
            send(new QueueCommand.ReadAgain(toStuck.getLast(), List.of(last), 6));
            ack(STUCK, toStuck.getLast());
        }

        ack(STUCK, 5);
        assertThat(queue.ready()).isZero();
        assertThat(queue.levels().getFirst().ledger().floor()).isEqualTo(6);
    }

    private void publishUnheard(String key, int count) {
        for (int i = 0; i < count; i++) {
            log.append(0, new Message("", key, new byte[2], key.getBytes(StandardCharsets.UTF_8), Message.NEVER, 0));
        }
    }
}
