package io.millrace.broker.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.broker.cluster.QueueCount;
import io.millrace.broker.cluster.QueueFlow;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.Meter;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.EffectivePolicy;
import io.millrace.broker.topology.QueueDefinition;
import io.millrace.broker.topology.QueueKind;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages of queues are chosen by. */
class CountedQueueTest {
    private static final int MANY = 10_000;

    private static CountedQueue queue(int number) {
        var flow =
                new QueueFlow(new Meter(number, number % 97), new Meter(1, 2.5), new Meter(3, 4.5), new Meter(5, 6.5));
        return new CountedQueue(definition(number), Optional.of(new QueueCount(number, 7, 2, 0, flow)));
    }

    private static QueueDefinition definition(int number) {
        return new QueueDefinition(
                VirtualHostName.DEFAULT,
                new QueueName("q-%05d".formatted(number)),
                true,
                null,
                false,
                FieldTable.EMPTY,
                QueueKind.LOG,
                number,
                "q." + number,
                0,
                1,
                null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name",
                "vhost",
                "messages",
                "messages_ready",
                "messages_unacknowledged",
                "consumers",
                "message_stats.publish",
                "message_stats.publish_details.rate",
                "message_stats.deliver_get_details.rate",
                "message_stats.redeliver_details.rate",
                "message_stats.ack",
                "message_stats.ack_details.rate",
                "message_stats.nothing",
                "message_stats.nothing_details.rate",
            })
    void aFieldIsWhatTheQueueShows(String field) {
        var one = queue(11);
        var shown = Shapes.queue(one.queue(), EffectivePolicy.NONE, one.count(), "pod-0")
                .at(JsonPointer.compile("/" + field.replace('.', '/')));

        assertThat(CountedQueue.BY_FIELDS.field(field).apply(one).toString()).isEqualTo(shown.toString());
    }

    @Test
    void aQueueWhoseOwnerDoesNotAnswerHasNoCounts() {
        var silent = new CountedQueue(definition(1), Optional.empty());

        assertThat(CountedQueue.BY_FIELDS.field("messages").apply(silent).isMissingNode())
                .isTrue();
    }

    @Test
    void aPageOfManySortedByARateLooksAtEachQueueOnce() {
        var looks = new AtomicInteger();
        var known = new Listing.Known<CountedQueue>() {
            @Override
            public String name(CountedQueue one) {
                return CountedQueue.BY_FIELDS.name(one);
            }

            @Override
            public Function<CountedQueue, JsonNode> field(String path) {
                var field = CountedQueue.BY_FIELDS.field(path);
                return one -> {
                    looks.incrementAndGet();
                    return field.apply(one);
                };
            }
        };
        var query = "/?page=1&page_size=100&sort=message_stats.publish_details.rate&sort_reverse=true";
        var listing = Listing.of(new QueryStringDecoder(query).parameters());
        List<CountedQueue> queues =
                IntStream.range(0, MANY).mapToObj(CountedQueueTest::queue).toList();

        var page = listing.choose(queues, known);

        assertThat(listing.isChosenBy(CountedQueue.FIELDS)).isTrue();
        assertThat(page.items()).hasSize(100);
        assertThat(page.filtered()).isEqualTo(MANY);
        assertThat(page.items()).allSatisfy(one -> assertThat(
                        one.count().orElseThrow().flow().published().perSecond())
                .isEqualTo(96));
        assertThat(looks).hasValue(MANY);
    }
}
