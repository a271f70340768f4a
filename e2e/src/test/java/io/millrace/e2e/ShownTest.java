package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShownTest {
    private static final String TABLE = """
            NAME     READY   AGE
            orders   3/3     12s
            """;

    @Test
    void aTableHasTheColumnsAndTheRowsThatAreShown() {
        assertThat(Shown.unsaid(List.of("NAME     READY   AGE", "orders   2/3     3d4h"), TABLE))
                .isEmpty();
        assertThat(Shown.unsaid(List.of("NAME   READY   LAG   AGE"), TABLE)).hasSize(1);
        assertThat(Shown.unsaid(List.of("NAME     READY   AGE", "bills   3/3     12s"), TABLE))
                .containsExactly("bills   3/3     12s");
    }

    @Test
    void afterATableRowsAreLinesAgain() {
        assertThat(Shown.unsaid(List.of("NAME  READY  AGE", "", "orders"), TABLE))
                .containsExactly("orders");
    }

    @Test
    void wordsAreTheSameAndFiguresNeedNotBe() {
        assertThat(Shown.unsaid(List.of("6 of 6 move, 48210 again"), "12 of 12 move, 3 again"))
                .isEmpty();
        assertThat(Shown.unsaid(List.of("6 of 6 move"), "6 of 6 stay")).hasSize(1);
        assertThat(Shown.unsaid(List.of("moved"), "not moved")).hasSize(1);
    }

    @Test
    void dotsStandForAnything() {
        assertThat(Shown.unsaid(List.of("kafka orders.….svc:9092"), "kafka orders.test.svc:9092"))
                .isEmpty();
        assertThat(Shown.unsaid(List.of("kafka …"), "amqp orders")).hasSize(1);
    }
}
