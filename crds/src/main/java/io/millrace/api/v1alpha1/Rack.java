package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** What tells failure domains apart: brokers in different ones do not fail together. */
@ApiType
public record Rack(
        @Required
        @Size(min = 1, max = 317)
        @Pattern("^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$")
        @JsonPropertyDescription("Label of nodes; its value is the rack (broker.rack) of the brokers that run there.")
        String topologyKey) {}
