package io.millrace.broker.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.Browsed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which messages of a partition are shown: on logs with holes, told as a consumer tells them. */
class BrowseWindowTest {
    private static final BrowseWindow.Limits FIVE = new BrowseWindow.Limits(5, 1_000, 100);

    private static ConsumerRecord<byte[], byte[]> message(long offset, int bytes) {
        return new ConsumerRecord<>("t", 0, offset, null, new byte[bytes]);
    }

    /** Reads until nothing is wanted any more; each poll gives three messages. Returns every offset that was read. */
    private static Set<Long> read(BrowseWindow window, List<Long> there, long end) {
        var read = new TreeSet<Long>();
        while (window.isOpen()) {
            while (window.isOpen()) {
                long from = window.position();
                var some =
                        there.stream().filter(offset -> offset >= from).limit(3).toList();
                some.forEach(offset -> window.take(message(offset, 1)));
                read.addAll(some);
                window.readTo(some.isEmpty() ? end : some.getLast() + 1);
            }
            window.lookFurtherBack();
        }
        return read;
    }

    private static List<Long> shown(BrowseWindow window) {
        return window.messages().map(Browsed.Seen::offset).toList();
    }

    private static List<Long> offsets(long from, long until, long step) {
        return LongStream.iterate(from, offset -> offset < until, offset -> offset + step)
                .boxed()
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "0,  0,  '[0, 1, 2, 3, 4]',      5",
        "7,  0,  '[7, 8, 9, 10, 11]',   12",
        "17, 0,  '[17, 18, 19]',        20",
        "20, 0,  '[]',                  20",
        "99, 0,  '[]',                  99",
        "0,  10, '[10, 11, 12, 13, 14]', 15",
        "12, 10, '[12, 13, 14, 15, 16]', 17",
    })
    void fromAnOffsetItGoesAheadAndSaysWhereToGoOn(long start, long begin, String expected, long next) {
        var window = BrowseWindow.of(0, begin, 20, OptionalLong.of(start), FIVE);

        read(window, offsets(begin, 20, 1), 20);

        assertThat(shown(window)).hasToString(expected);
        assertThat(window.place()).isEqualTo(new Browsed.Place(0, begin, 20, next));
        assertThat(window.incomplete()).isEmpty();
    }

    @Test
    void holesAreReadOverUpToTheEnd() {
        var window = BrowseWindow.of(0, 0, 100, OptionalLong.of(3), FIVE);

        read(window, List.of(0L, 2L, 50L, 51L), 100);

        assertThat(shown(window)).containsExactly(50L, 51L);
        assertThat(window.place().next()).isEqualTo(100);
    }

    @Test
    void whatComesBehindTheEndIsNotShown() {
        var window = BrowseWindow.of(0, 0, 3, OptionalLong.of(0), FIVE);

        read(window, offsets(0, 10, 1), 10);

        assertThat(shown(window)).containsExactly(0L, 1L, 2L);
        assertThat(window.place().next()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"1, '[95, 96, 97, 98, 99]'", "2, '[90, 92, 94, 96, 98]'", "30, '[0, 30, 60, 90]'"})
    void theLastOnesAreFoundWhateverTheHoles(long step, String expected) {
        var window = BrowseWindow.of(0, 0, 100, OptionalLong.empty(), FIVE);

        read(window, offsets(0, 100, step), 100);

        assertThat(shown(window)).hasToString(expected);
        assertThat(window.place()).isEqualTo(new Browsed.Place(0, 0, 100, 100));
        assertThat(window.incomplete()).isEmpty();
    }

    @Test
    void theLastOnesOfALongLogAreNotLookedForFromItsBeginning() {
        var window = BrowseWindow.of(0, 0, 10_000, OptionalLong.empty(), FIVE);

        var read = read(window, offsets(0, 10_000, 2), 10_000);

        assertThat(shown(window)).containsExactly(9_990L, 9_992L, 9_994L, 9_996L, 9_998L);
        assertThat(read).allMatch(offset -> offset >= 9_950);
    }

    @Test
    void anEmptyPartitionHasNothingToRead() {
        assertThat(BrowseWindow.of(0, 7, 7, OptionalLong.empty(), FIVE).isOpen())
                .isFalse();
        assertThat(BrowseWindow.of(0, 7, 7, OptionalLong.of(0), FIVE).isOpen()).isFalse();
    }

    @Test
    void whenTheTimeIsUpThatIsSaid() {
        var ahead = BrowseWindow.of(0, 0, 20, OptionalLong.of(0), FIVE);
        var last = BrowseWindow.of(0, 0, 20, OptionalLong.empty(), FIVE);
        ahead.take(message(0, 1));

        assertThat(ahead.incomplete()).isPresent();
        assertThat(ahead.place().next()).isEqualTo(1);
        assertThat(last.incomplete()).isPresent();
    }

    @Test
    void bytesAreLimitedButOneMessageIsAlwaysShown() {
        var limits = new BrowseWindow.Limits(5, 150, 100);
        var ahead = BrowseWindow.of(0, 0, 20, OptionalLong.of(0), limits);
        for (int offset = 0; offset < 20; offset++) {
            ahead.take(message(offset, 100));
        }
        var last = BrowseWindow.of(0, 0, 20, OptionalLong.empty(), limits);
        for (int offset = 15; offset < 20; offset++) {
            last.take(message(offset, 100));
        }
        last.lookFurtherBack();

        assertThat(shown(ahead)).containsExactly(0L, 1L);
        assertThat(ahead.place().next()).isEqualTo(2);
        assertThat(ahead.incomplete()).isPresent();
        assertThat(shown(last)).containsExactly(19L);
        assertThat(last.isOpen()).isFalse();
    }

    @Test
    void longFieldsAreCutAndSayHowLongTheyAre() {
        var limits = new BrowseWindow.Limits(5, 1_000, 10);
        var window = BrowseWindow.of(0, 0, 20, OptionalLong.of(0), limits);
        var message = new ConsumerRecord<>("t", 0, 0, new byte[11], new byte[300]);
        message.headers()
                .add("name", "value".getBytes(StandardCharsets.UTF_8))
                .add("second", "x".getBytes(StandardCharsets.UTF_8))
                .add("third", null);

        window.take(message);

        assertThat(window.messages()).singleElement().satisfies(seen -> {
            assertThat(seen.key()).satisfies(cut -> assertThat(cut.shown()).hasSize(10));
            assertThat(seen.value()).satisfies(cut -> assertThat(cut.length()).isEqualTo(300));
            assertThat(seen.headers()).hasSize(1);
            assertThat(seen.headersLeftOut()).isEqualTo(2);
        });
    }
}
