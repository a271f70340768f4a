package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PatientStartTest {
    private static final QueueLayerSettings SETTINGS = new QueueLayerSettings(
            "orders-broker-0", "localhost", 5672, 15672, Optional.empty(), Map.of(), Map.of(), false);

    @Test
    void triesUntilItCanAndSaysMeanwhileWhatItWaitsFor() throws Exception {
        var layer = new Started();
        var said = new ArrayList<Optional<String>>();
        var holder = new ArrayList<PatientStart>();
        holder.add(new PatientStart(
                settings -> {
                    said.add(holder.getFirst().get());
                    if (said.size() < 3) {
                        throw new IllegalStateException(new IllegalStateException("only 2 brokers"));
                    }
                    return layer;
                },
                Duration.ofMillis(1)));

        assertThat(holder.getFirst().start(SETTINGS)).isSameAs(layer);

        assertThat(said.getFirst()).contains("starting");
        assertThat(said.getLast().orElseThrow()).contains("only 2 brokers");
    }

    @Test
    void doesNotWaitForAWrongSettingToBecomeRight() {
        var start = new PatientStart(
                settings -> {
                    throw new IllegalArgumentException("wrong");
                },
                Duration.ofMillis(1));

        assertThatIllegalArgumentException().isThrownBy(() -> start.start(SETTINGS));
    }

    private static final class Started implements QueueLayer {
        @Override
        public List<String> endpoints() {
            return List.of();
        }

        @Override
        public void close() {}
    }
}
