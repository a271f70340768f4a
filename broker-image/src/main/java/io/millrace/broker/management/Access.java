package io.millrace.broker.management;

import io.millrace.broker.topology.AccessControl;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.topology.User;
import java.util.Collections;
import java.util.Set;

/** Who may use a route (RabbitMQ, Management Plugin: Permissions). What is done to queues and exchanges needs the user's AMQP permissions too. */
enum Access {
    /** Whoever asks, without a password: probes have none. */
    ANYBODY,

    /** Users with any of the management tags. */
    MANAGEMENT,

    /** Users that may enter the virtual host in the path; whoever may monitor may look into all. */
    VIRTUAL_HOST,

    /** Users that may change how the virtual host in the path works, and enter it; administrators in any. */
    POLICYMAKER,

    /** Users who may see everything. */
    MONITORING,

    /** Administrators. */
    ADMINISTRATOR;

    private static final String ADMINISTRATOR_TAG = "administrator";
    private static final Set<String> MONITORING_TAGS = Set.of(ADMINISTRATOR_TAG, "monitoring");
    private static final Set<String> MANAGEMENT_TAGS =
            Set.of(ADMINISTRATOR_TAG, "monitoring", "policymaker", "management");

    /** Passes if the caller may. */
    void require(Call call, Topology topology) {
        if (this != ANYBODY && !hasAny(call.user(), MANAGEMENT_TAGS)) {
            throw Refusal.notAuthorized("Not management user");
        }
        switch (this) {
            case ANYBODY, MANAGEMENT -> {
                // the tag is all it takes, if that
            }
            case VIRTUAL_HOST -> requireVirtualHost(call, topology);
            case POLICYMAKER -> requirePolicymaker(call, topology);
            case MONITORING -> require(maySeeAll(call.user()), "Not monitor user");
            case ADMINISTRATOR -> require(isAdministrator(call.user()), "Not administrator user");
        }
    }

    private static void requireVirtualHost(Call call, Topology topology) {
        var vhost = call.vhost();
        if (topology.vhost(vhost).isEmpty()) {
            throw Refusal.notFound();
        }
        var looksOnly = call.isRead() && maySeeAll(call.user());
        require(
                looksOnly || AccessControl.mayEnter(topology, vhost, call.user().name()),
                "User not authorised to access virtual host");
    }

    private static void requirePolicymaker(Call call, Topology topology) {
        var mayEnter =
                AccessControl.mayEnter(topology, call.vhost(), call.user().name());
        require(
                isAdministrator(call.user()) || (mayEnter && hasAny(call.user(), Set.of("policymaker"))),
                "User not authorised to access object");
    }

    private static void require(boolean allowed, String reason) {
        if (!allowed) {
            throw Refusal.notAuthorized(reason);
        }
    }

    static boolean maySeeAll(User user) {
        return hasAny(user, MONITORING_TAGS);
    }

    static boolean isAdministrator(User user) {
        return user.tags().contains(ADMINISTRATOR_TAG);
    }

    private static boolean hasAny(User user, Set<String> tags) {
        return !Collections.disjoint(user.tags(), tags);
    }
}
