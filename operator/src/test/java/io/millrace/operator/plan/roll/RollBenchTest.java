package io.millrace.operator.plan.roll;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The goal of ./dev bench roll, and what stands beside it. */
class RollBenchTest {

    @Test
    void twelveBrokersInThreeRacksAreDoneThreeTimesAsFast() {
        assertThat(ratio("12 brokers, 3 racks")).isGreaterThanOrEqualTo(3.0);
    }

    @Test
    void controllersAndBrokersThatAllSharePartitionsGoOneByOne() {
        assertThat(ratio("3 brokers")).isEqualTo(1.0);
        assertThat(ratio("12 brokers, racks unknown")).isEqualTo(1.0);
    }

    private static double ratio(String name) {
        return RollBench.cases().stream()
                .filter(one -> one.name().equals(name))
                .map(RollBench::measure)
                .findFirst()
                .orElseThrow()
                .ratio();
    }
}
