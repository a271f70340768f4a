package io.millrace.operator.plan;

import io.millrace.operator.intent.Acl;
import io.millrace.operator.intent.PermissionIntent;
import java.util.List;
import java.util.Set;

/** What can be done about a user. None of them holds a password. */
public sealed interface UserAction {

    /** Make the Secret, with a new password. */
    record MakeSecret(String name) implements UserAction {}

    /** Tell Kafka the password. */
    record PutKafkaUser() implements UserAction {}

    /** Add and remove entries of the access control list. */
    record ChangeAcls(Set<Acl> add, Set<Acl> remove) implements UserAction {}

    /** Tell the queue layer the password and the tags. */
    record PutQueueUser(List<String> tags) implements UserAction {}

    /** Set what the user may do in a virtual host. */
    record PutPermission(PermissionIntent permission) implements UserAction {}

    /** Take all rights in a virtual host. */
    record DeletePermission(String vhost) implements UserAction {}
}
