package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.StreamOffset;
import io.millrace.broker.topology.QueueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Consumers of a stream of ten messages. */
class StreamsTest {
    private final SlotScene scene = new SlotScene();
    private final QueueHandle stream = scene.queue(QueueKind.STREAM, FieldTable.EMPTY);
    private final Heard heard = new Heard();

    private static final class Heard implements StreamEvents {
        final List<String> said = new ArrayList<>();
        final List<Message> messages = new ArrayList<>();

        @Override
        public void subscribed(StreamCursor cursor) {
            said.add("subscribed " + cursor.consumerTag());
        }

        @Override
        public void deliver(StreamCursor cursor, long offset, Message message) {
            said.add(cursor.consumerTag() + offset);
            messages.add(message);
        }

        @Override
        public void cancelled(StreamCursor cursor) {
            said.add("cancelled " + cursor.consumerTag());
        }
    }

    StreamsTest() {
        var message = new Message("", "q", new byte[2], new byte[1], Message.NEVER, 0);
        for (int i = 0; i < 10; i++) {
            new Publisher(scene.logs)
                    .publish(message, new Publisher.Route(List.of(stream), List.of()), 0, arrived -> {});
        }
        scene.run();
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private StreamCursor subscribe(String tag, int prefetch, StreamOffset offset) {
        var consumer = new Consumer(new ConsumerId(SlotScene.ALICE, tag), prefetch, false, 0);
        var cursor = scene.streams.subscribe(stream, consumer, offset, heard);
        scene.run();
        return cursor;
    }

    private FakeLogs.Following following(int index) {
        return scene.logs.followings.get(index);
    }

    private void feed(int index, long first, long end) {
        following(index).feed(first, end);
        scene.run();
    }

    @Test
    void aConsumerBeginsWhereItWants() {
        subscribe("a", 1, new StreamOffset.First());
        subscribe("b", 1, new StreamOffset.Last());
        subscribe("c", 1, new StreamOffset.Next());
        subscribe("d", 1, new StreamOffset.At(4));
        subscribe("e", 1, new StreamOffset.At(-3));
        subscribe("f", 1, new StreamOffset.Since(6));
        subscribe("g", 1, new StreamOffset.Ago(1));

        assertThat(scene.logs.followings.stream().map(following -> following.from))
                .containsExactly(0L, 9L, 10L, 4L, 0L, 6L, 10L);
        assertThat(heard.said).startsWith("subscribed a").hasSize(7);
    }

    @Test
    void anOffsetToComeIsWaitedFor() {
        subscribe("a", 5, new StreamOffset.At(12));
        assertThat(following(0).from).isEqualTo(10);

        feed(0, 10, 14);

        assertThat(heard.said).containsExactly("subscribed a", "a12", "a13");
    }

    @Test
    void prefetchBoundsWhatIsHeldAndSettlingGivesCredit() {
        var cursor = subscribe("a", 2, new StreamOffset.First());
        feed(0, 0, 10);
        assertThat(heard.said).containsExactly("subscribed a", "a0", "a1");

        cursor.settled(new long[] {0});
        cursor.settled(new long[] {0}); // held no more
        scene.run();

        assertThat(heard.said).containsExactly("subscribed a", "a0", "a1", "a2");
    }

    @Test
    void consumersReadForThemselves() {
        var one = subscribe("a", 1, new StreamOffset.First());
        subscribe("b", 1, new StreamOffset.First());
        feed(0, 0, 10);
        feed(1, 0, 10);

        one.settled(new long[] {0});
        scene.run();

        assertThat(heard.said).containsExactly("subscribed a", "subscribed b", "a0", "b0", "a1");
    }

    @Test
    void aMessageSaysWhichOffsetItHas() {
        subscribe("a", 1, new StreamOffset.First());
        feed(0, 7, 8);

        var properties = BasicProperties.decode(heard.messages.getFirst().properties());
        assertThat(Objects.requireNonNull(properties.headers()).get("x-stream-offset"))
                .contains(new FieldValue.Int64(7));
    }

    @Test
    void whatIsReadAheadIsBounded() {
        var cursor = subscribe("a", 1, new StreamOffset.First());
        feed(0, 0, 500);
        assertThat(following(0).paused).isFalse();
        feed(0, 500, 1_500);
        assertThat(following(0).paused).isTrue();

        for (long offset = 0; offset < 1_100; offset++) {
            cursor.settled(new long[] {offset});
        }
        scene.run();

        assertThat(following(0).paused).isFalse();
        assertThat(heard.said).hasSize(1 + 1_101);
    }

    @Test
    void nothingComesWhileTheClientDoesNotReadOrAfterItStopped() {
        var cursor = subscribe("a", 100, new StreamOffset.First());
        cursor.pause(true);
        scene.run();
        feed(0, 0, 2);
        assertThat(heard.said).containsExactly("subscribed a");

        cursor.pause(false);
        scene.run();
        assertThat(heard.said).containsExactly("subscribed a", "a0", "a1");

        cursor.stop();
        scene.run();
        feed(0, 2, 4);
        assertThat(following(0).stopped).isTrue();
        assertThat(heard.said).hasSize(3);
    }

    @Test
    void messagesAndThisPodsConsumersAreCounted() {
        subscribe("a", 1, new StreamOffset.First());
        subscribe("b", 1, new StreamOffset.First()).stop();
        scene.run();
        var counts = new ArrayList<QueueCount>();

        scene.streams.count(stream, counts::add);
        scene.run();

        assertThat(counts).containsExactly(new QueueCount(10, 0, 1, 0, QueueFlow.NOTHING));
    }

    @Test
    void consumersOfADeletedStreamAreCancelled() {
        subscribe("a", 1, new StreamOffset.First());
        scene.delete(stream);
        assertThat(heard.said).containsExactly("subscribed a", "cancelled a");
        assertThat(following(0).stopped).isTrue();

        subscribe("b", 1, new StreamOffset.First());

        assertThat(heard.said).containsExactly("subscribed a", "cancelled a", "subscribed b", "cancelled b");
    }

    /** Its channel waits to hear that it was accepted. */
    @Test
    void aConsumerThatHasNotBegunHearsThatItWasAcceptedAndCancelled() {
        var consumer = new Consumer(new ConsumerId(SlotScene.ALICE, "a"), 1, false, 0);
        var cursor = scene.streams.subscribe(stream, consumer, new StreamOffset.First(), heard);

        cursor.cancel();
        scene.run();

        assertThat(heard.said).containsExactly("subscribed a", "cancelled a");
    }

    @Test
    void whatIsAskedFromBeforeTheEpochBeginsAtTheBeginning() {
        subscribe("a", 1, new StreamOffset.Ago(Long.MAX_VALUE / 2));

        assertThat(following(0).from).isZero();
    }

    @Test
    void aStreamIsNoBusinessOfTheSlotsOwner() {
        scene.own();

        assertThat(stream.owned()).isNull();
    }
}
