package io.millrace.broker.log.kafka;

import java.util.Collection;
import java.util.Set;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;

/** What entries about a resource let a user read, as Kafka's StandardAuthorizer decides: a denial wins, and nothing said is a denial. */
final class ReadRights {
    private static final String ANYWHERE = "*";
    private static final Set<AclOperation> READING = Set.of(AclOperation.READ, AclOperation.ALL);

    private ReadRights() {}

    /**
     * Whether the user may read from wherever he comes.
     *
     * @param acls all entries that apply to the resource, of all users
     */
    static boolean allow(Collection<AclBinding> acls, String user) {
        var mine = acls.stream()
                .map(AclBinding::entry)
                .filter(entry -> READING.contains(entry.operation()))
                .filter(entry -> Set.of("User:" + user, "User:*").contains(entry.principal()))
                .toList();
        return mine.stream().anyMatch(ReadRights::allowsAnywhere)
                && mine.stream().noneMatch(entry -> entry.permissionType() == AclPermissionType.DENY);
    }

    private static boolean allowsAnywhere(AccessControlEntry entry) {
        return entry.permissionType() == AclPermissionType.ALLOW && entry.host().equals(ANYWHERE);
    }
}
