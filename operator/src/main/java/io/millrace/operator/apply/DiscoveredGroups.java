package io.millrace.operator.apply;

import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.millrace.api.v1alpha1.Api;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.ClusterRef;
import io.millrace.api.v1alpha1.ConsumerGroup;
import io.millrace.api.v1alpha1.ConsumerGroupSpec;
import io.millrace.operator.plan.Discovery;
import java.net.HttpURLConnection;

/** Makes and removes the objects of groups that were discovered. */
public final class DiscoveredGroups {

    private final KubernetesClient kubernetes;

    public DiscoveredGroups(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
    }

    /** Makes the object of a group; one that exists already is left as it is. */
    public void add(BrokerCluster cluster, String group) {
        var object = new ConsumerGroup();
        var meta = object.getMetadata();
        meta.setName(Discovery.objectName(group));
        meta.setNamespace(cluster.getMetadata().getNamespace());
        meta.getLabels().put(Api.DISCOVERED_LABEL, "true");
        meta.getOwnerReferences()
                .add(new OwnerReferenceBuilder()
                        .withApiVersion(cluster.getApiVersion())
                        .withKind(cluster.getKind())
                        .withName(cluster.getMetadata().getName())
                        .withUid(cluster.getMetadata().getUid())
                        .build());
        object.setSpec(
                new ConsumerGroupSpec(new ClusterRef(cluster.getMetadata().getName(), null), group, null, null));
        try {
            kubernetes.resource(object).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    /** Removes the object of a group that has been gone for long. */
    public void remove(ConsumerGroup object) {
        kubernetes.resource(object).delete();
    }
}
