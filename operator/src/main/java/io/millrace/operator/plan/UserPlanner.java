package io.millrace.operator.plan;

import io.millrace.operator.intent.PermissionIntent;
import io.millrace.operator.intent.UserIntent;
import io.millrace.operator.plan.UserObserved.SecretState;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Decides what is to be done about a user. */
public final class UserPlanner {

    private static final Duration SOON = Duration.ofMillis(200);
    private static final Duration LATER = Duration.ofSeconds(10);

    private UserPlanner() {}

    /**
     * Decides.
     *
     * @param observeOnly whether nothing may be written
     */
    public static Plan<UserAction> plan(UserIntent intent, UserObserved observed, boolean observeOnly) {
        if (!observed.queues()
                && !(intent.permissions().isEmpty() && intent.tags().isEmpty())) {
            return Plan.nothing(Standing.notReady(
                    Reason.NOT_SUPPORTED,
                    "access to queues and exchanges, and tags, need a cluster with queues.enabled: true"));
        }
        return switch (observed.secret()) {
            case SecretState.Missing() -> withoutSecret(intent, observeOnly);
            case SecretState.Unusable(var foreign) ->
                foreign
                        ? Plan.nothing(Standing.notReady(
                                Reason.SECRET_NOT_OURS,
                                "Secret %s exists and was not made for this User; name it in spec.secretRef, or delete it"
                                        .formatted(intent.secret())))
                        : Plan.later(
                                Standing.notReady(
                                        Reason.SECRET_NOT_FOUND,
                                        "Secret %s has no key password".formatted(intent.secret())),
                                LATER);
            case SecretState.Stale(var why) ->
                first(intent, observed, new UserAction.RefreshSecret(intent.secret(), why), observeOnly);
            case SecretState.Unwatched() ->
                first(intent, observed, new UserAction.WatchSecret(intent.secret()), observeOnly);
            case SecretState.Usable usable -> withSecret(intent, observed, observeOnly);
        };
    }

    /** The Secret first: everything else follows from what is in it. */
    private static Plan<UserAction> first(
            UserIntent intent, UserObserved observed, UserAction action, boolean observeOnly) {
        if (observeOnly) {
            return Plan.nothing(
                    Standing.notReady(Reason.DIFFERS, "user " + intent.name() + " would need to " + action.words()));
        }
        var message = "Secret %s is being written".formatted(intent.secret());
        // Who could log in still can.
        var standing =
                observed.applied().isEmpty() ? Standing.notReady(Reason.PENDING, message) : Standing.ready(message);
        return new Plan<>(List.of(action), standing, Optional.of(SOON));
    }

    private static Plan<UserAction> withoutSecret(UserIntent intent, boolean observeOnly) {
        var missing = Standing.notReady(Reason.SECRET_NOT_FOUND, "there is no Secret " + intent.secret());
        return intent.generated() && !observeOnly
                ? new Plan<>(List.of(new UserAction.MakeSecret(intent.secret())), missing, Optional.of(SOON))
                : Plan.later(missing, LATER);
    }

    private static Plan<UserAction> withSecret(UserIntent intent, UserObserved observed, boolean observeOnly) {
        var actions = new ArrayList<UserAction>();
        if (!intent.byCertificate() && (observed.hasNewPassword() || !observed.kafka())) {
            actions.add(new UserAction.PutKafkaUser());
        }
        var add = new HashSet<>(intent.acls());
        add.removeAll(observed.acls());
        var remove = new HashSet<>(observed.acls());
        remove.removeAll(intent.acls());
        if (!add.isEmpty() || !remove.isEmpty()) {
            actions.add(new UserAction.ChangeAcls(add, remove));
        }
        var silent = observed.queueTrouble().isPresent();
        if (observed.queues() && !silent) {
            queueActions(intent, observed, actions);
        }
        if (observeOnly && !actions.isEmpty()) {
            return Plan.nothing(Standing.notReady(
                    Reason.DIFFERS, "user " + intent.name() + " would need to " + Described.words(actions)));
        }
        if (silent) {
            // Kafka's half does not wait for the other; the password counts as applied once both have it.
            return new Plan<>(
                    actions,
                    Standing.notReady(
                            Reason.BROKER_UNAVAILABLE, observed.queueTrouble().get()),
                    Optional.of(LATER));
        }
        var standing = Standing.ready("user %s is as asked; its %s in Secret %s"
                .formatted(
                        intent.name(),
                        intent.byCertificate() ? "certificate and key are" : "password is",
                        intent.secret()));
        return new Plan<>(actions, standing, observed.renewal());
    }

    private static void queueActions(UserIntent intent, UserObserved observed, List<UserAction> actions) {
        var sameTags = observed.tags()
                .filter(tags -> new HashSet<>(tags).equals(new HashSet<>(intent.tags())))
                .isPresent();
        if ((!intent.byCertificate() && observed.hasNewPassword()) || !sameTags) {
            actions.add(new UserAction.PutQueueUser(intent.tags()));
        }
        intent.permissions().stream()
                .filter(permission -> !observed.permissions().contains(permission))
                .forEach(permission -> actions.add(new UserAction.PutPermission(permission)));
        var vhosts = intent.permissions().stream().map(PermissionIntent::vhost).toList();
        observed.permissions().stream()
                .filter(permission -> !vhosts.contains(permission.vhost()))
                .forEach(permission -> actions.add(new UserAction.DeletePermission(permission.vhost())));
    }
}
