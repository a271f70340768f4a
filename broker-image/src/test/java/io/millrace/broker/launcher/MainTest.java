package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {

    @ParameterizedTest
    @CsvSource({"standalone, --kafka-port", "log, --pod", "queues, --pod"})
    void everyProgramTellsOfItsOptionsAndDoesNothingElse(String program, String option) {
        var said = new StringWriter();
        var started = Main.commandLine(_ -> {
            throw new AssertionError("it was started");
        });
        started.setOut(new PrintWriter(said));

        assertThat(started.execute(program, "--help")).isZero();
        assertThat(said.toString()).contains(option);
    }
}
