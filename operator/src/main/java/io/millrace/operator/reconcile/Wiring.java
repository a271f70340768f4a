package io.millrace.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.operator.apply.BrokerClusterApplier;
import io.millrace.operator.apply.DiscoveredGroups;
import io.millrace.operator.apply.Events;
import io.millrace.operator.apply.GroupResets;
import io.millrace.operator.apply.QueueRewinds;
import io.millrace.operator.apply.UserApplier;
import io.millrace.operator.client.Connections;
import io.millrace.operator.intent.Catalogue;
import io.millrace.operator.observe.BrokerClusterObserver;
import io.millrace.operator.observe.UserObserver;
import io.millrace.operator.observe.WaitingTopics;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the parts that know nothing of the container they run in. */
final class Wiring {

    /** What others change is put right within 30 s. */
    private static final Duration LOOK_AT_SETTINGS = Duration.ofSeconds(15);

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    Leadership leadership(@ConfigProperty(name = "millrace.leader-election") boolean election) {
        return new Leadership(!election);
    }

    /** Asked for in profile {@code ha} only. */
    @Produces
    @Singleton
    LeaderElectionConfiguration election(
            Leadership leadership,
            @ConfigProperty(name = "millrace.namespace") String namespace,
            @ConfigProperty(name = "millrace.pod") String pod) {
        return leadership.election("millrace-operator", namespace, pod);
    }

    @Produces
    @Singleton
    Catalogue catalogue(
            @ConfigProperty(name = "millrace.images") String images,
            @ConfigProperty(name = "millrace.upgrade.soak") Duration soak,
            @ConfigProperty(name = "millrace.brokers.java-options") Optional<String> javaOptions) {
        return Catalogue.parse(images).provenAfter(soak).runWith(javaOptions.orElse(""));
    }

    @Produces
    @Singleton
    Events events(KubernetesClient kubernetes, Clock clock) {
        return new Events(kubernetes, clock);
    }

    @Produces
    @Singleton
    WaitingTopics waitingTopics() {
        return new WaitingTopics();
    }

    @Produces
    @Singleton
    BrokerClusterObserver observer(Connections connections, Clock clock, WaitingTopics waiting) {
        return new BrokerClusterObserver(connections, clock, waiting);
    }

    @Produces
    @Singleton
    BrokerClusterApplier applier(KubernetesClient kubernetes, Connections connections, Events events, Clock clock) {
        return new BrokerClusterApplier(kubernetes, connections, events, clock);
    }

    @Produces
    @Singleton
    Leaves leaves(Clock clock, Events events, MeterRegistry meters) {
        return new Leaves(clock, events, new Tally(meters));
    }

    @Produces
    @Singleton
    UserObserver userObserver(KubernetesClient kubernetes, Connections connections) {
        return new UserObserver(kubernetes, connections);
    }

    @Produces
    @Singleton
    UserApplier userApplier(KubernetesClient kubernetes, Connections connections) {
        return new UserApplier(kubernetes, connections);
    }

    @Produces
    @Singleton
    GroupResets groupResets(Events events, Clock clock) {
        return new GroupResets(events, clock);
    }

    @Produces
    @Singleton
    QueueRewinds queueRewinds(Events events, Clock clock) {
        return new QueueRewinds(events, clock);
    }

    @Produces
    @Singleton
    LagWatch lagWatch(
            Connections connections, KubernetesClient kubernetes, MeterRegistry meters, Lookout lookout, Clock clock) {
        return new LagWatch(connections, new DiscoveredGroups(kubernetes), new LagMeters(meters), lookout, clock);
    }

    @Produces
    @Singleton
    SettingsWatch settingsWatch(Connections connections, Lookout lookout) {
        return new SettingsWatch(connections, lookout, LOOK_AT_SETTINGS);
    }

    @Produces
    @Singleton
    TopologyWatch topologyWatch(Connections connections, Lookout lookout) {
        return new TopologyWatch(connections, lookout);
    }
}
