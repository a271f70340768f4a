package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Which group to show, and when its lag is too much. */
@ApiType
@ValidationRule(
        value = "self.cluster == oldSelf.cluster",
        message = "spec.cluster cannot be changed: a group does not move to another cluster")
@ValidationRule(
        value = "has(self.group) == has(oldSelf.group) && (!has(self.group) || self.group == oldSelf.group)",
        message = "spec.group cannot be changed: make another ConsumerGroup object")
@ValidationRule(
        value =
                "!has(self.lag) || !has(self.lag.warn) || !has(self.lag.critical) || self.lag.warn <= self.lag.critical",
        message = "spec.lag.warn may not exceed spec.lag.critical")
@ValidationRule(
        value = "!has(self.lag) || !has(self.lag.warnSeconds) || !has(self.lag.criticalSeconds)"
                + " || self.lag.warnSeconds <= self.lag.criticalSeconds",
        message = "spec.lag.warnSeconds may not exceed spec.lag.criticalSeconds")
public record ConsumerGroupSpec(
        @Required @JsonPropertyDescription("The cluster it lives on.")
        ClusterRef cluster,

        @Nullable @Size(min = 1, max = 255) @JsonPropertyDescription("The group's id (default: metadata.name).")
        String group,

        @Nullable @JsonPropertyDescription("When lag is worth a condition.")
        LagThresholds lag,

        @Nullable @JsonPropertyDescription("Moves the group's offsets, once.")
        OffsetReset reset) {}
