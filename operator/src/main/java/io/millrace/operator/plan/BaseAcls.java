package io.millrace.operator.plan;

import io.millrace.operator.intent.Acl;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What nobody but the brokers themselves may do, and what everybody may where nothing is forbidden. */
public final class BaseAcls {

    private static final String EVERYBODY = "User:*";

    private BaseAcls() {}

    /**
     * Returns the entries of a cluster.
     *
     * @param simple whether what is not allowed is denied
     */
    public static Set<Acl> of(boolean simple) {
        var acls = new LinkedHashSet<Acl>();
        for (var resource : List.of("TOPIC", "GROUP", "TRANSACTIONAL_ID")) {
            acls.add(new Acl(resource, "amqp.", true, EVERYBODY, "ALL", false));
        }
        for (var prefix : List.of("q.", "s.")) {
            for (var operation : List.of("DELETE", "ALTER", "ALTER_CONFIGS")) {
                acls.add(new Acl("TOPIC", prefix, true, EVERYBODY, operation, false));
            }
        }
        // Who may delete in the cluster is not asked by Kafka about the topic.
        acls.add(new Acl("CLUSTER", "kafka-cluster", false, EVERYBODY, "DELETE", false));
        if (!simple) {
            acls.addAll(openToAll());
        }
        return acls;
    }

    /**
     * Lets everybody do everything that is not denied above. Kafka lets those in for whom it finds no entry, but an entry
     * of one user about a topic, or a denial, would close that topic to everybody else.
     *
     * <p>Of the cluster itself only what producers, consumers and makers of topics need: who may alter the cluster could
     * take the denials away.
     */
    public static Set<Acl> openToAll() {
        var acls = new LinkedHashSet<Acl>();
        for (var resource : List.of("TOPIC", "GROUP", "TRANSACTIONAL_ID")) {
            acls.add(new Acl(resource, "*", false, EVERYBODY, "ALL", true));
        }
        for (var operation : List.of("CREATE", "DESCRIBE", "DESCRIBE_CONFIGS", "IDEMPOTENT_WRITE")) {
            acls.add(new Acl("CLUSTER", "kafka-cluster", false, EVERYBODY, operation, true));
        }
        return acls;
    }
}
