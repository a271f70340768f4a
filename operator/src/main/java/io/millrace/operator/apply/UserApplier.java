package io.millrace.operator.apply;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.User;
import io.millrace.operator.client.Connections;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.desired.UserSecret;
import io.millrace.operator.plan.UserAction;

/** Does what a plan says about a user. */
public final class UserApplier {

    private final KubernetesClient kubernetes;
    private final Connections connections;

    public UserApplier(KubernetesClient kubernetes, Connections connections) {
        this.kubernetes = kubernetes;
        this.connections = connections;
    }

    /**
     * Does it, in order; stops at the first failure by throwing.
     *
     * @param password what the Secret holds; empty while there is none
     */
    public void apply(User user, Iterable<UserAction> actions, String password, BrokerCluster cluster) {
        var key = new ClusterKey(
                cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
        var name = user.getMetadata().getName();
        for (var action : actions) {
            switch (action) {
                case UserAction.MakeSecret(var secret) -> {
                    var made = UserSecret.of(user, secret, Passwords.next(), cluster);
                    // Created and never applied: a password in use must not be replaced by a cache that lags.
                    kubernetes
                            .secrets()
                            .inNamespace(user.getMetadata().getNamespace())
                            .resource(made)
                            .create();
                }
                case UserAction.PutKafkaUser() ->
                    connections.brokers(key).users().put(name, password);
                case UserAction.ChangeAcls(var add, var remove) -> {
                    connections.brokers(key).users().addAcls(add);
                    connections.brokers(key).users().removeAcls(remove);
                }
                case UserAction.PutQueueUser(var tags) ->
                    connections.queues(key).putUser(name, password, tags);
                case UserAction.PutPermission(var permission) -> {
                    connections.queues(key).putVhost(permission.vhost());
                    connections.queues(key).putPermission(name, permission);
                }
                case UserAction.DeletePermission(var vhost) ->
                    connections.queues(key).deletePermission(name, vhost);
            }
        }
    }
}
