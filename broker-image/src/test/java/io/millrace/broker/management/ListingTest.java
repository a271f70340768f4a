package io.millrace.broker.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of lists, as RabbitMQ's clients ask for them. */
class ListingTest {
    private static final String QUEUES = """
        [{"name": "billing", "messages": 20, "stats": {"rate": 1.5, "peak": 3}},
         {"name": "Orders", "messages": 3, "stats": {"rate": 0.5, "peak": 9}},
         {"name": "orders.late"},
         {"name": "zebra", "messages": 100, "stats": {"rate": 10, "peak": 1}}]\
        """;

    private static JsonNode listed(String query) throws Exception {
        var listing = Listing.of(new QueryStringDecoder("/?" + query).parameters());
        return Objects.requireNonNull(
                listing.applied(Answer.ok(new ObjectMapper().readTree(QUEUES))).body());
    }

    private static List<String> names(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(element -> element.path("name").asText())
                .toList();
    }

    private static String error(Refusal refusal) {
        return Objects.requireNonNull(refusal.answer().body()).path("error").asText();
    }

    @Test
    void aListIsWholeUnlessAPageIsAskedFor() throws Exception {
        assertThat(names(listed("name=bill&page_size=1"))).hasSize(4);
    }

    @Test
    void aPageSaysWhatItIsPartOf() throws Exception {
        var page = listed("page=2&page_size=3");

        assertThat(names(page.path("items"))).containsExactly("zebra");
        assertThat(page.path("page").asInt()).isEqualTo(2);
        assertThat(page.path("page_size").asInt()).isEqualTo(3);
        assertThat(page.path("page_count").asInt()).isEqualTo(2);
        assertThat(page.path("item_count").asInt()).isEqualTo(1);
        assertThat(page.path("filtered_count").asInt()).isEqualTo(4);
        assertThat(page.path("total_count").asInt()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "name=orders, 2",
        "name=ORD, 2",
        "name=orders&use_regex=true, 2",
        "name=^orders$&use_regex=true, 1",
        "name=r.*s&use_regex=true, 2",
        "name=r.*s, 0",
        "name=, 4",
    })
    void aPageHasThoseWhoseNamesMatch(String query, int expected) throws Exception {
        var page = listed("page=1&" + query);

        assertThat(page.path("filtered_count").asInt()).isEqualTo(expected);
        assertThat(page.path("total_count").asInt()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sort=messages|orders.late,Orders,billing,zebra",
                "sort=messages&sort_reverse=true|zebra,billing,Orders,orders.late",
                "sort=stats.peak|orders.late,zebra,billing,Orders",
                "sort=name|Orders,billing,orders.late,zebra",
                "sort_reverse=true|zebra,orders.late,Orders,billing",
                "sort=nothing,name|Orders,billing,orders.late,zebra",
            })
    void aListIsSortedByFieldsAlsoInsideOfOthers(String query, String expected) throws Exception {
        assertThat(names(listed(query))).containsExactly(expected.split(","));
    }

    @Test
    void aPageIsCutOutOfWhatIsSorted() throws Exception {
        assertThat(names(listed("page=1&page_size=2&sort=messages&sort_reverse=true")
                        .path("items")))
                .containsExactly("zebra", "billing");
    }

    @Test
    void onlyTheFieldsAskedForAreThere() throws Exception {
        assertThat(listed("columns=name,stats.rate").get(0).toString())
                .isEqualTo("{\"name\":\"billing\",\"stats\":{\"rate\":1.5}}");
        assertThat(listed("page=1&page_size=1&columns=messages").path("items").toString())
                .isEqualTo("[{\"messages\":20}]");
    }

    @Test
    void oneThingHasTheFieldsAskedForToo() throws Exception {
        var one = Answer.ok(
                new ObjectMapper().readTree("{\"totals\": {\"messages\": 3, \"ready\": 2}, \"node\": \"a\"}"));

        assertThat(Listing.of(new QueryStringDecoder("/?columns=totals.ready").parameters())
                        .applied(one)
                        .body())
                .hasToString("{\"totals\":{\"ready\":2}}");
        assertThat(Listing.of(new QueryStringDecoder("/").parameters()).applied(one))
                .isEqualTo(one);
    }

    @ParameterizedTest
    @ValueSource(strings = {"page=0", "page=-1", "page=1&page_size=501", "page=1&page_size=0"})
    void aPageThatCannotBeIsRefused(String query) {
        assertThatThrownBy(() -> listed(query))
                .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(error(refusal))
                        .isEqualTo("invalid_pagination_parameters"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"page=one", "page=1&page_size=many", "page=1&name=[&use_regex=true"})
    void whatIsNoNumberOrNoExpressionIsRefused(String query) {
        assertThatThrownBy(() -> listed(query))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
    }

    @Test
    void aPageBehindTheLastIsRefused() throws Exception {
        assertThat(listed("page=2&page_size=4").path("items")).isEmpty();
        assertThatThrownBy(() -> listed("page=3&page_size=4"))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(error(refusal)).isEqualTo("page_out_of_range"));
    }

    @Test
    void aPageSortedByWhatIsKnownIsChosenBeforeTheRestIsAskedFor() {
        assertThat(Listing.of(new QueryStringDecoder("/?page=1&sort=name").parameters())
                        .isChosenBy(Set.of("name")))
                .isTrue();
        assertThat(Listing.of(new QueryStringDecoder("/?page=1&sort=stats.rate").parameters())
                        .isChosenBy(Set.of("name", "stats")))
                .isTrue();
        assertThat(Listing.of(new QueryStringDecoder("/?page=1&sort=messages").parameters())
                        .isChosenBy(Set.of("name")))
                .isFalse();
        assertThat(Listing.of(new QueryStringDecoder("/?sort=name").parameters())
                        .isChosenBy(Set.of("name")))
                .isFalse();
    }
}
