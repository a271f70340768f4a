package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Order(90)
@ExtendWith(Orders.class)
class LossOfPodsIT {
    @Test
    void noConfirmedRecordIsLostWhenALeaderAndTheControllersLeaderAreKilled() throws Exception {
        Orders.topic("survivors", "partitions: 3");
        try (var admin = Orders.admin();
                var load = new StreamLoad("survivors", 400)) {
            load.awaitConfirmed(500);

            killUnderLoad(admin, load, leaderOf(admin, "survivors"));
            killUnderLoad(admin, load, controllersLeader(admin));

            var ledger = load.drain();
            assertThat(ledger.missing()).isEmpty();
            assertThat(ledger.disorder()).isEmpty();
            assertThat(ledger.confirmed()).isGreaterThan(1500);
        }
    }

    /** Kills the pod of a node while records are in flight, and waits until it is back and traffic has gone on. */
    private static void killUnderLoad(Admin admin, StreamLoad load, int node) {
        await("records in flight")
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> load.ledger().inFlight() > 0);
        var before = load.ledger().confirmed();
        Orders.KUBE.kill("orders-broker-" + node);
        load.awaitConfirmed(before + 500);
        await("node " + node + " back in every ISR")
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(() -> inSync(admin, "survivors"));
        Orders.KUBE.awaitReady("BrokerCluster/orders");
    }

    private static int leaderOf(Admin admin, String topic) throws Exception {
        return Orders.describe(admin, topic).partitions().getFirst().leader().id();
    }

    private static int controllersLeader(Admin admin) throws Exception {
        return admin.describeMetadataQuorum().quorumInfo().get().leaderId();
    }

    private static boolean inSync(Admin admin, String topic) throws Exception {
        return Orders.describe(admin, topic).partitions().stream()
                .allMatch(partition -> partition.isr().size() == 3);
    }
}
