package io.millrace.operator.client;

import io.millrace.operator.intent.Acl;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.ResourceNotFoundException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** SCRAM users and access control lists, by Kafka's Admin protocol. All calls block; they throw {@code FailureException}. */
public final class UserAdmin {

    private static final int ITERATIONS = 8192;
    private static final List<ScramMechanism> MECHANISMS =
            List.of(ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512);

    private final Admin admin;

    UserAdmin(Admin admin) {
        this.admin = admin;
    }

    /** Returns the names of all users that have a password for both mechanisms. */
    public Set<String> names() {
        var described = Answers.await(admin.describeUserScramCredentials().all(), "listing users");
        return described.entrySet().stream()
                .filter(user -> user.getValue().credentialInfos().stream()
                        .map(ScramCredentialInfo::mechanism)
                        .toList()
                        .containsAll(MECHANISMS))
                .map(java.util.Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Makes a user, or gives it another password. */
    public void put(String name, String password) {
        for (var mechanism : MECHANISMS) {
            alter(
                    new UserScramCredentialUpsertion(name, new ScramCredentialInfo(mechanism, ITERATIONS), password),
                    "setting the password of user " + name);
        }
    }

    /** Removes a user; one that is gone already is fine. */
    public void delete(String name) {
        for (var mechanism : MECHANISMS) {
            alter(new UserScramCredentialDeletion(name, mechanism), "deleting user " + name);
        }
    }

    /** Kafka takes one change per user and request. */
    private void alter(UserScramCredentialAlteration change, String doing) {
        Answers.awaitUnless(
                ResourceNotFoundException.class,
                admin.alterUserScramCredentials(List.of(change)).all(),
                doing);
    }

    /** Returns the access control list. */
    public Set<Acl> acls() {
        return Answers.await(admin.describeAcls(AclBindingFilter.ANY).values(), "listing ACLs").stream()
                .map(UserAdmin::fromKafka)
                .collect(Collectors.toSet());
    }

    /** Adds entries to the access control list. */
    public void addAcls(Collection<Acl> acls) {
        if (!acls.isEmpty()) {
            Answers.await(
                    admin.createAcls(acls.stream().map(UserAdmin::toKafka).toList())
                            .all(),
                    "adding ACLs");
        }
    }

    /** Removes entries from the access control list. */
    public void removeAcls(Collection<Acl> acls) {
        if (!acls.isEmpty()) {
            Answers.await(
                    admin.deleteAcls(acls.stream()
                                    .map(acl -> toKafka(acl).toFilter())
                                    .toList())
                            .all(),
                    "removing ACLs");
        }
    }

    private static Acl fromKafka(AclBinding binding) {
        return new Acl(
                binding.pattern().resourceType().name(),
                binding.pattern().name(),
                binding.pattern().patternType() == PatternType.PREFIXED,
                binding.entry().principal(),
                binding.entry().operation().name(),
                binding.entry().permissionType() == AclPermissionType.ALLOW);
    }

    private static AclBinding toKafka(Acl acl) {
        return new AclBinding(
                new ResourcePattern(
                        ResourceType.valueOf(acl.resource()),
                        acl.name(),
                        acl.prefixed() ? PatternType.PREFIXED : PatternType.LITERAL),
                new AccessControlEntry(
                        acl.principal(),
                        "*",
                        AclOperation.valueOf(acl.operation()),
                        acl.allow() ? AclPermissionType.ALLOW : AclPermissionType.DENY));
    }
}
