package io.millrace.broker.topology;

import io.millrace.broker.model.VirtualHostName;

/** An entry that may be put and deleted as it is: nothing else goes with it, and at most its virtual host or user has to be there. */
public sealed interface Setting extends TopologyEntry
        permits Policy, TopicPermission, VirtualHostLimits, GlobalParameter {
    @Override
    TopologyKey.OfSetting key();

    /** Whether it goes when the virtual host goes. */
    default boolean isIn(VirtualHostName vhost) {
        return switch (this) {
            case Policy policy -> policy.vhost().equals(vhost);
            case TopicPermission permission -> permission.vhost().equals(vhost);
            case VirtualHostLimits limits -> limits.vhost().equals(vhost);
            case GlobalParameter ignored -> false;
        };
    }
}
