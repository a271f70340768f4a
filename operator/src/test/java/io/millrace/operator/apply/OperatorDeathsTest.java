package io.millrace.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.apply.SimulatedWorld.DeathAt;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.plan.BrokerClusterAction;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The operator is killed before and after every single write of a cluster's founding, of an upgrade, of the growth of its disks and of other resources, and another one goes on. */
class OperatorDeathsTest {

    private static final String COMMON = """
            replicas: 6
            authorization: simple
            listeners: [{name: out, protocol: kafka, port: 9094, type: nodeport, authentication: scram}]
            """;
    private static final String FIRST = COMMON + "version: 4.2.1\nstorage: {size: 1Gi}\n";
    private static final String UPGRADED = COMMON + """
            version: 4.3.1
            config: {log.retention.hours: "5", log.retention.bytes: "1000000"}
            """;
    private static final String SECOND = UPGRADED + "storage: {size: 1Gi}\nrolling: {restartAt: now}\n";
    /** What restartAt was is known from the StatefulSet alone. */
    private static final String THIRD =
            UPGRADED + "storage: {size: 2Gi}\nresources: {log: {requests: {cpu: 300m, memory: 768Mi}}}\n";

    private static final int PASSES = 200;
    private static final DeathAt NEVER = new DeathAt(-1, false);

    @Test
    void everyWriteThereIsHappensInTheseRuns() {
        var world = live(NEVER);

        Set<Class<?>> all = new HashSet<>(List.of(BrokerClusterAction.class.getPermittedSubclasses()));
        all.add(BrokerCluster.class);
        assertThat(world.kindsOfWrites).isEqualTo(all);
    }

    @ParameterizedTest
    @MethodSource("deaths")
    void anotherOperatorGoesOn(DeathAt death) {
        var world = live(death);

        assertThat(world.foundings).isEqualTo(1);
        assertThat(world.restarts).hasSize(SimulatedWorld.NODES).allSatisfy((pod, times) -> assertThat(times)
                .as(pod)
                .isEqualTo(pod.endsWith("-" + SimulatedDisks.NEEDS_A_RESTART) ? 2 : 1));
        assertThat(world.leftOpen()).isEmpty();
        assertThat(world.features.metadataVersion()).isEqualTo("4.3-IV0");
        assertThat(world.settings.everywhere()).isEqualTo(Map.of("log.retention.bytes", "1000000"));
        assertThat(world.disks.sizes()).containsExactly("2Gi");
        assertThat(world.set.generations()).as("made, and made again once").isEqualTo(2);
        assertThat(world.set.facts())
                .hasValueSatisfying(set -> assertThat(set.size().text()).isEqualTo("2Gi"));
    }

    static Stream<DeathAt> deaths() {
        var writes = live(NEVER).writes;
        return Stream.iterate(0, write -> write < writes, write -> write + 1)
                .flatMap(write -> Stream.of(new DeathAt(write, true), new DeathAt(write, false)));
    }

    private static SimulatedWorld live(DeathAt death) {
        var world = new SimulatedWorld(death);
        settle(world, FIRST);
        settle(world, SECOND);
        settle(world, THIRD);
        return world;
    }

    /** Another operator starts wherever one has died: it knows nothing but what it sees. */
    private static void settle(SimulatedWorld world, String spec) {
        world.apply(spec);
        var intent = Specs.orders(spec);
        for (int pass = 0; pass < PASSES; pass++) {
            if (world.pass(intent) && world.isSettled() && !world.hasWork(intent)) {
                return;
            }
            world.tick();
        }
        throw new AssertionError("not settled after %d passes".formatted(PASSES));
    }
}
