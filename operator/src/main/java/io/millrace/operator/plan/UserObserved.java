package io.millrace.operator.plan;

import io.millrace.operator.intent.Acl;
import io.millrace.operator.intent.PermissionIntent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A user as it is.
 *
 * @param secret whose the Secret is, and which version of it
 * @param applied version of the Secret whose password the cluster knows, or empty
 * @param kafka whether Kafka knows the user
 * @param acls what Kafka lets it do
 * @param tags its tags in the queue layer; empty if it is not known there
 * @param permissions what the queue layer lets it do
 * @param queues whether the cluster has a queue layer
 * @param queueTrouble why the queue layer did not answer, if it did not
 * @param renewal when its certificate is to be renewed, if it has one
 */
public record UserObserved(
        SecretState secret,
        String applied,
        boolean kafka,
        Set<Acl> acls,
        Optional<List<String>> tags,
        List<PermissionIntent> permissions,
        boolean queues,
        Optional<String> queueTrouble,
        Optional<Duration> renewal) {
    public UserObserved {
        acls = Set.copyOf(acls);
        permissions = List.copyOf(permissions);
    }

    /** Whether the Secret holds another password than the cluster knows. */
    public boolean hasNewPassword() {
        return secret instanceof SecretState.Usable(var version) && !version.equals(applied);
    }

    /** The same, if the Secret is the one whose password the cluster knows. */
    public UserObserved withSecretAsApplied() {
        return new UserObserved(
                new SecretState.Usable(applied),
                applied,
                kafka,
                acls,
                tags,
                permissions,
                queues,
                queueTrouble,
                renewal);
    }

    /** What became of the Secret. */
    public sealed interface SecretState {
        /** It does not exist. */
        record Missing() implements SecretState {}

        /** It exists, lacks a password, or was not made for this user. */
        record Unusable(boolean foreign) implements SecretState {}

        /** It was made for this user, and must be written anew: what it holds is no longer so. */
        record Stale(String why) implements SecretState {}

        /** It is given by somebody, and no change of it is seen yet. */
        record Unwatched() implements SecretState {}

        /** It holds what the user logs in with. */
        record Usable(String version) implements SecretState {}
    }
}
