package io.millrace.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** A message queue (AMQP 0-9-1). */
@Group(Api.GROUP)
@Version(Api.VERSION)
@Plural("queues")
@ShortNames("q")
public class Queue extends CustomResource<QueueSpec, QueueStatus> implements Namespaced {

    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable QueueSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable QueueStatus initStatus() {
        return null;
    }
}
