package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The disk of each dedicated controller. */
@ApiType
@ValidationRule(
        value = "self.size == oldSelf.size && has(self.storageClass) == has(oldSelf.storageClass)"
                + " && (!has(self.storageClass) || self.storageClass == oldSelf.storageClass)",
        message = "controllers.storage cannot be changed: disks of controllers neither grow nor move to another class")
public record ControllerStorage(
        @Required
        @Size(min = 2, max = 20)
        @Pattern("^[1-9][0-9]*(Mi|Gi|Ti)$")
        @JsonPropertyDescription("Size of each controller's disk, such as 4Gi. It cannot be changed.")
        String size,

        @Nullable @Size(min = 1, max = 253) @JsonPropertyDescription("StorageClass (default: the one of Kubernetes).")
        String storageClass) {}
