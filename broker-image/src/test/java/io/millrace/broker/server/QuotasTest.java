package io.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Limits;
import io.millrace.broker.topology.PasswordHash;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.topology.TopologyEvent;
import io.millrace.broker.topology.User;
import io.millrace.broker.topology.VirtualHostLimits;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuotasTest {
    private static final VirtualHostName VHOST = new VirtualHostName("v");
    private static final VirtualHostName OTHER = new VirtualHostName("w");

    private final Quotas quotas = new Quotas();

    private static Topology limited(Map<String, Long> ofUser, Map<String, Long> ofVhost) {
        return Topology.EMPTY.apply(List.of(
                new TopologyEvent.Put(new User("alice", PasswordHash.NONE, Set.of(), new Limits(ofUser))),
                new TopologyEvent.Put(new VirtualHostLimits(VHOST, new Limits(ofVhost)))));
    }

    @Test
    void aVirtualHostTakesAsManyConnectionsAsItMay() {
        var image = limited(Map.of(), Map.of("max-connections", 2L));
        quotas.enter("1", "alice", VHOST, image);
        quotas.enter("2", "bob", VHOST, image);
        quotas.enter("3", "bob", OTHER, image);

        assertThatThrownBy(() -> quotas.enter("4", "bob", VHOST, image))
                .isInstanceOf(ConnectionError.class)
                .hasMessage(
                        "NOT_ALLOWED - access to vhost 'v' refused for user 'bob': connection limit (2) is reached");

        quotas.leave("1");
        quotas.enter("4", "bob", VHOST, image);
    }

    @Test
    void aUserHasAsManyConnectionsAsHeMay() {
        var image = limited(Map.of("max-connections", 1L), Map.of());
        quotas.enter("1", "alice", VHOST, image);
        quotas.enter("2", "bob", VHOST, image);

        assertThatThrownBy(() -> quotas.enter("3", "alice", OTHER, image))
                .hasMessage("NOT_ALLOWED - connection refused for user 'alice': user connection limit (1) is reached");
    }

    @Test
    void aUserHasAsManyChannelsOnAllHisConnectionsAsHeMay() {
        var image = limited(Map.of("max-channels", 2L), Map.of());
        quotas.enter("1", "alice", VHOST, image);
        quotas.enter("2", "alice", VHOST, image);
        quotas.openChannel("1", image);
        quotas.openChannel("2", image);

        assertThatThrownBy(() -> quotas.openChannel("1", image))
                .hasMessage("NOT_ALLOWED - number of channels opened for user 'alice' has reached the maximum allowed"
                        + " user limit of (2)");

        quotas.closeChannel("1");
        quotas.openChannel("1", image);
        quotas.leave("2");
        quotas.openChannel("1", image);
    }
}
