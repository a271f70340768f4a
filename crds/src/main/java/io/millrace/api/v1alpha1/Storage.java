package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The disk of each broker. */
@ApiType
@ValidationRule(
        value = "has(self.storageClass) == has(oldSelf.storageClass)"
                + " && (!has(self.storageClass) || self.storageClass == oldSelf.storageClass)",
        message = "storage.storageClass cannot be changed: a disk does not move to another class")
public record Storage(
        @Required
        @Size(min = 2, max = 20)
        @Pattern("^[1-9][0-9]*(Mi|Gi|Ti)$")
        @JsonPropertyDescription(
                "Size of each broker's disk, such as 10Gi. It can grow, where the StorageClass allows it, and not shrink.")
        String size,

        @Nullable @Size(min = 1, max = 253) @JsonPropertyDescription("StorageClass (default: the one of Kubernetes).")
        String storageClass,

        @Nullable
        @Default("Retain")
        @JsonPropertyDescription("What happens to the disks when the BrokerCluster is deleted.")
        DeletionPolicy onDelete) {}
