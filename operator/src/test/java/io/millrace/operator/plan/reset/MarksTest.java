package io.millrace.operator.plan.reset;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarksTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Map<Place, Long> TARGET =
            Map.of(new Place("orders", 0), 42L, new Place("odd \"name\"", 7), 0L);

    private final Marks marks = new Marks();

    @Test
    void ofTwoStartsTheFirstCounts() {
        marks.add("k", started("a"));
        marks.add("k", started("b"));

        assertThat(marks.of("k")).contains(started("a"));
    }

    @Test
    void whatSomebodyElseEndsHasNotEnded() {
        marks.add("k", started("a"));
        marks.add("k", started("b").ended(Mark.State.DONE, NOW));

        assertThat(marks.of("k")).contains(started("a"));
    }

    @Test
    void whatWasWithdrawnHasNotHappenedAndMayBeTriedAgain() {
        marks.add("k", started("a"));
        marks.add("k", started("a").ended(Mark.State.WITHDRAWN, NOW));

        assertThat(marks.of("k")).isEmpty();

        marks.add("k", started("b"));
        assertThat(marks.of("k")).contains(started("b"));
    }

    @Test
    void whatWasDoneStaysDone() {
        marks.add("k", started("a"));
        marks.add("k", started("a").ended(Mark.State.DONE, NOW));
        marks.add("k", started("b"));

        assertThat(marks.of("k")).map(Mark::state).contains(Mark.State.DONE);
        assertThat(marks.of("other")).isEmpty();
    }

    @Test
    void markIsReadAsItWasWritten() {
        assertThat(MarkJson.read(MarkJson.write(started("a")))).contains(started("a"));
        var done = started("a").ended(Mark.State.DONE, NOW);
        assertThat(MarkJson.read(MarkJson.write(done))).contains(done);
    }

    @Test
    void whatIsNoMarkIsNone() {
        assertThat(MarkJson.read("")).isEmpty();
        assertThat(MarkJson.read("{\"state\":\"begun\"}")).isEmpty();
        assertThat(MarkJson.read("{\"state\":\"done\",\"run\":\"a\",\"time\":\"now\"}"))
                .isEmpty();
        assertThat(MarkJson.read("[")).isEmpty();
    }

    private static Mark started(String run) {
        return Mark.started(run, NOW, TARGET);
    }
}
