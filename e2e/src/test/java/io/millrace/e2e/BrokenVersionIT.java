package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A version that does not start, asked of three brokers. */
@Order(72)
@OnOrders
class BrokenVersionIT {
    private static final Logger LOG = LoggerFactory.getLogger(BrokenVersionIT.class);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** The operator knows it, and no registry has it. */
    private static final String WITHOUT_IMAGE = "4.3.0";

    @AfterAll
    static void theClusterIsAsItWas() {
        Orders.BROKERS.patch("{\"version\":null}");
        Orders.BROKERS.awaitSettled(3);
    }

    @Test
    void itTouchesOnePodAndIsTakenBack() {
        var before = Orders.podUids();
        var version = Orders.BROKERS.status("version");
        ask(WITHOUT_IMAGE);
        await("the roll to be halted").atMost(PATIENCE).until(() -> blockedBy().contains("does not start"));
        assertThat(blockedBy()).containsPattern("(ErrImagePull|ImagePullBackOff): .*" + WITHOUT_IMAGE);
        assertThat(Orders.BROKERS.condition("Degraded")).isEqualTo("True");
        assertThat(Orders.BROKERS.condition("Ready")).as("two of three serve").isEqualTo("True");
        assertThat(Orders.BROKERS.status("version")).isEqualTo(version);

        var begin = System.nanoTime();
        ask(version);
        Orders.BROKERS.awaitSettled(3);
        LOG.info(
                "taken back in {} s",
                Duration.ofNanos(System.nanoTime() - begin).toSeconds());

        var after = Orders.podUids();
        assertThat(before.stream().filter(after::contains))
                .as("pods never touched")
                .hasSize(2);
    }

    private static void ask(String version) {
        Orders.BROKERS.patch("{\"version\":\"" + version + "\"}");
    }

    private static String blockedBy() {
        return Orders.BROKERS.status("rolling", "blockedBy");
    }
}
