package io.millrace.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** A user of both protocols: one password in one Secret. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@Plural("users")
@ShortNames("mu")
public class User extends CustomResource<UserSpec, UserStatus> implements Namespaced {

    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable UserSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable UserStatus initStatus() {
        return null;
    }
}
