package io.millrace.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** A cluster of brokers: one replicated log, spoken to as event streams and as message queues. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@Plural("brokerclusters")
@ShortNames("bc")
@ValidationRule(
        value = "size(self.metadata.name) <= 40",
        message = "metadata.name may have at most 40 characters: pods and Services are named after it")
public class BrokerCluster extends CustomResource<BrokerClusterSpec, BrokerClusterStatus> implements Namespaced {

    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable BrokerClusterSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable BrokerClusterStatus initStatus() {
        return null;
    }
}
