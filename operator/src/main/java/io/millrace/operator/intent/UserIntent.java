package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.Access;
import io.millrace.api.v1alpha1.AccessMatch;
import io.millrace.api.v1alpha1.AccessOperation;
import io.millrace.api.v1alpha1.AccessResource;
import io.millrace.api.v1alpha1.User;
import io.millrace.api.v1alpha1.UserAuthentication;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A User as it is meant.
 *
 * @param name its name, on both protocols
 * @param secret Secret that holds its password
 * @param generated whether that Secret is the operator's to make
 * @param acls what it may do over the Kafka protocol
 * @param permissions what it may do over AMQP
 * @param tags RabbitMQ's tags
 * @param byCertificate whether it logs in with a certificate, and has no password
 */
public record UserIntent(
        String name,
        String secret,
        boolean generated,
        Set<Acl> acls,
        List<PermissionIntent> permissions,
        List<String> tags,
        boolean byCertificate) {
    public UserIntent {
        acls = Set.copyOf(acls);
        permissions = List.copyOf(permissions);
        tags = List.copyOf(tags);
    }

    /** Returns the principal Kafka knows a user by. */
    public static String principal(String name) {
        return "User:" + name;
    }

    /** Reads a User. */
    public static UserIntent parse(User user) {
        var spec = user.getSpec();
        var name = user.getMetadata().getName();
        var access = Objects.requireNonNullElse(spec.access(), List.<Access>of());
        var acls = new LinkedHashSet<Acl>();
        access.forEach(entry -> addAcls(principal(name), entry, acls));
        var reference = spec.secretRef();
        return new UserIntent(
                name,
                reference == null ? name + "-credentials" : reference.name(),
                reference == null,
                acls,
                AccessCompiler.permissions(access),
                Objects.requireNonNullElse(spec.tags(), List.of()),
                spec.authentication() == UserAuthentication.TLS);
    }

    private static void addAcls(String principal, Access entry, Set<Acl> acls) {
        var resource =
                switch (entry.resource()) {
                    case TOPIC -> "TOPIC";
                    case GROUP -> "GROUP";
                    case TRANSACTIONAL_ID -> "TRANSACTIONAL_ID";
                    case CLUSTER -> "CLUSTER";
                    case QUEUE, EXCHANGE -> "";
                };
        if (resource.isEmpty()) {
            return;
        }
        var name = entry.resource() == AccessResource.CLUSTER
                ? "kafka-cluster"
                : Objects.requireNonNullElse(entry.name(), "*");
        for (var operation : entry.allow()) {
            for (var kafka : operations(operation)) {
                acls.add(new Acl(resource, name, entry.match() == AccessMatch.PREFIX, principal, kafka, true));
            }
        }
    }

    private static List<String> operations(AccessOperation operation) {
        return switch (operation) {
            case READ -> List.of("READ");
            case WRITE -> List.of("WRITE");
            case CREATE -> List.of("CREATE");
            case DELETE -> List.of("DELETE");
            case ALTER -> List.of("ALTER", "ALTER_CONFIGS");
            case DESCRIBE -> List.of("DESCRIBE", "DESCRIBE_CONFIGS");
            case MONITOR -> List.of("DESCRIBE");
            case ADMINISTER -> List.of("ALL");
            case CONFIGURE -> throw new IllegalArgumentException("Kafka does not know configure");
        };
    }
}
