package io.millrace.broker.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ConfirmTrackerTest {
    @Property(tries = 500)
    void everyPublishIsAnsweredOnceWithWhatTheLogSaid(
            @ForAll @Size(min = 1, max = 600) List<@IntRange(max = 9) Integer> steps) {
        var tracker = new ConfirmTracker();
        var client = new Client();
        var open = new ArrayList<Long>();
        var said = new HashMap<Long, Boolean>();
        for (int step : steps) {
            if (step < 5 || open.isEmpty()) {
                open.add(tracker.take());
            } else {
                long number = open.remove(step % open.size());
                said.put(number, step != 9);
                tracker.answered(number, step != 9);
            }
            if (step % 2 == 0) {
                tracker.flush(client);
            }
        }
        for (long number : open) {
            said.put(number, true);
            tracker.answered(number, true);
        }
        tracker.flush(client);

        assertThat(client.told).isEqualTo(said);
        assertThat(tracker.isIdle()).isTrue();
        assertThat(tracker.hasNews()).isFalse();
    }

    /** What a client makes of acks and nacks. */
    private static final class Client implements ConfirmTracker.ConfirmSink {
        final Map<Long, Boolean> told = new HashMap<>();
        private long lowest = 1;

        @Override
        public void ack(long deliveryTag, boolean multiple) {
            if (multiple) {
                for (long number = lowest; number <= deliveryTag; number++) {
                    told.putIfAbsent(number, true);
                }
            } else {
                assertThat(told).doesNotContainKey(deliveryTag);
                told.put(deliveryTag, true);
            }
            while (told.containsKey(lowest)) {
                lowest++;
            }
        }

        @Override
        public void nack(long deliveryTag) {
            assertThat(told).doesNotContainKey(deliveryTag);
            told.put(deliveryTag, false);
        }
    }
}
