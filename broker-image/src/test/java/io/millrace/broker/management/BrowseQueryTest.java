package io.millrace.broker.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.log.Browse.Start;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked for when messages are browsed. */
class BrowseQueryTest {
    private static BrowseQuery query(String query) {
        return BrowseQuery.of(new QueryStringDecoder("/?" + query).parameters());
    }

    @Test
    void withoutAnythingTheLastMessagesOfAllPartitionsAreMeant() {
        assertThat(query("")).isEqualTo(new BrowseQuery(Set.of(), new Start.Latest(), 50, 64 << 10, true));
    }

    @Test
    void everythingCanBeSaid() {
        assertThat(query("partition=0,2&from=earliest&count=500&truncate=0&encoding=base64"))
                .isEqualTo(new BrowseQuery(Set.of(0, 2), new Start.Earliest(), 500, 0, false));
    }

    @Test
    void anOffsetIsOfThePartitionOrNamesPartitionsItself() {
        assertThat(query("partition=3&offset=17").start()).isEqualTo(new Start.Offsets(Map.of(3, 17L)));
        assertThat(query("offset=0:17,12:4"))
                .extracting(BrowseQuery::start, BrowseQuery::partitions)
                .containsExactly(new Start.Offsets(Map.of(0, 17L, 12, 4L)), Set.of(0, 12));
    }

    @Test
    void aTimeIsAnInstantOrMilliseconds() {
        assertThat(query("time=1970-01-01T00:00:01Z").start()).isEqualTo(new Start.Time(1_000));
        assertThat(query("time=1970-01-01T01:00:01%2B01:00").start()).isEqualTo(new Start.Time(1_000));
        assertThat(query("time=1000").start()).isEqualTo(new Start.Time(1_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "partition=one",
                "partition=-1",
                "partition=0,",
                "partition=99999999999",
                "offset=5",
                "partition=0,1&offset=5",
                "partition=0&offset=five",
                "partition=0&offset=-5",
                "partition=0&offset=9999999999999999999",
                "offset=0:5,",
                "offset=0:5,1",
                "partition=0&offset=1:5",
                "offset=",
                "time=yesterday",
                "time=",
                "from=now",
                "from=latest&offset=0:5",
                "time=5&offset=0:5",
                "count=0",
                "count=501",
                "count=many",
                "truncate=-1",
                "truncate=1048577",
                "encoding=hex",
            })
    void whatMakesNoSenseIsRefused(String query) {
        assertThatThrownBy(() -> query(query))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
    }

    @Test
    void partitionsGetEqualSharesOfTheCount() {
        assertThat(query("count=10").of("t", List.of(0, 1, 2)).share()).isEqualTo(4);
        assertThat(query("count=1").of("t", List.of(0, 1, 2)).share()).isEqualTo(1);
    }
}
