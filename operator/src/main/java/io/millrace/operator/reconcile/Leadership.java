package io.millrace.operator.reconcile;

import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether this process is the one that acts. With several of them, the others watch and are ready to take over. */
public final class Leadership {

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    /** A leader that was killed is followed after this time at the latest, and one of the pauses between two tries. */
    private static final Duration LEASE = Duration.ofSeconds(9);
    /** A leader that could not renew for so long ends itself: before another may begin. */
    private static final Duration RENEW = Duration.ofSeconds(6);

    private static final Duration RETRY = Duration.ofMillis(1_500);

    private volatile boolean leads;

    /**
     * Begins.
     *
     * @param alone whether there is no other
     */
    public Leadership(boolean alone) {
        leads = alone;
    }

    /** Returns whether this process may act. */
    boolean leads() {
        return leads;
    }

    /** How one of several processes becomes the one that acts, by a Lease. */
    LeaderElectionConfiguration election(String lease, String namespace, String identity) {
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(lease)
                .withLeaseNamespace(namespace)
                .withIdentity(identity)
                .withLeaseDuration(LEASE)
                .withRenewDeadline(RENEW)
                .withRetryPeriod(RETRY)
                .withExitOnStopLeading(true)
                .withLeaderCallbacks(new LeaderCallbacks(
                        () -> leads = true, () -> leads = false, leader -> LOG.info("{} is the one that acts", leader)))
                .build();
    }
}
