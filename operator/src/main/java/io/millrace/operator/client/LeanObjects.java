package io.millrace.operator.client;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapperCustomizer;
import jakarta.inject.Singleton;

/**
 * Has objects read without {@code metadata.managedFields}: more than half of what comes from the API server, and all that would be
 * kept of them. Nobody here asks who owns a field; what is written without them leaves them as they are.
 */
@Singleton
public final class LeanObjects implements KubernetesClientObjectMapperCustomizer {

    @JsonIgnoreProperties("managedFields")
    private interface WithoutManagedFields {}

    @Override
    public void customize(ObjectMapper mapper) {
        mapper.addMixIn(ObjectMeta.class, WithoutManagedFields.class);
    }
}
