package io.millrace.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/**
 * A view of a consumer group: it observes the group and never owns its existence. What it changes, and only if asked, are
 * the offsets of a group without members.
 */
@Group(Api.GROUP)
@Version(Api.VERSION)
@Plural("consumergroups")
@ShortNames("cg")
public class ConsumerGroup extends CustomResource<ConsumerGroupSpec, ConsumerGroupStatus> implements Namespaced {

    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable ConsumerGroupSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable ConsumerGroupStatus initStatus() {
        return null;
    }
}
