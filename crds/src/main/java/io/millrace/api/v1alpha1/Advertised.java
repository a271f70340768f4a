package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Where clients reach each broker, where that is not what Kubernetes says; {@code {node}} stands for the broker's number. */
@ApiType
public record Advertised(
        @Nullable
        @Size(min = 1, max = 253)
        @Pattern("^([A-Za-z0-9.-]|\\{node\\})+$")
        @JsonPropertyDescription("Host of each broker, such as broker-{node}.kafka.example.com; {node} is its number.")
        String hostTemplate,

        @Nullable
        @Size(min = 1, max = 11)
        @Pattern("^([0-9]|\\{node\\})+$")
        @JsonPropertyDescription("Port of each broker, such as 1909{node}; {node} is its number.")
        String portTemplate) {

    /** What stands for the number of a broker. */
    public static final String NODE = "{node}";
}
