package io.millrace.operator.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class LeanObjectsTest {

    private static final String JSON = """
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {
          "name": "a", "resourceVersion": "7", "finalizers": ["f"],
          "managedFields": [{"manager": "m", "operation": "Apply", "fieldsV1": {"f:data": {}}}]},
         "data": {"k": "v"}}\
        """;

    @Test
    void nobodyHearsOfManagedFieldsAndOfAllElse() {
        var mapper = new ObjectMapper();
        new LeanObjects().customize(mapper);
        var serialization = new KubernetesSerialization(mapper, true);

        var read = serialization.unmarshal(JSON, ConfigMap.class);

        assertThat(read.getMetadata().getManagedFields()).isEmpty();
        assertThat(read.getMetadata().getResourceVersion()).isEqualTo("7");
        assertThat(read.getMetadata().getFinalizers()).containsExactly("f");
        assertThat(read.getData()).containsEntry("k", "v");
        assertThat(serialization.asJson(read)).doesNotContain("managedFields");
    }
}
