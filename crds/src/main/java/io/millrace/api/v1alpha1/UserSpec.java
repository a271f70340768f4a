package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a user may do, and where its password lies. Its name is metadata.name, on both protocols. */
@ApiType
@ValidationRule(
        value = "self.cluster == oldSelf.cluster",
        message = "spec.cluster cannot be changed: make another User")
@ValidationRule(
        value = "self.authentication == oldSelf.authentication",
        message = "spec.authentication cannot be changed: make another User")
@ValidationRule(
        value = "!has(self.secretRef) || self.authentication != 'tls'",
        message = "spec.secretRef names a password, and authentication: tls has none: remove secretRef")
@ValidationRule(
        value = "has(self.secretRef) == has(oldSelf.secretRef)"
                + " && (!has(self.secretRef) || self.secretRef == oldSelf.secretRef)",
        message = "spec.secretRef cannot be changed: make another User, or change the password inside the Secret")
public record UserSpec(
        @Required @JsonPropertyDescription("The cluster it lives on.")
        ClusterRef cluster,

        @Nullable
        @Default("scram")
        @JsonPropertyDescription(
                "scram: a password; tls: a certificate that the operator issues and renews. Both for both protocols.")
        UserAuthentication authentication,

        @Nullable
        @JsonPropertyDescription(
                "Secret whose key password holds the password (default: <name>-credentials is generated).")
        SecretRef secretRef,

        @Nullable @Size(max = 64) @JsonPropertyDescription("What the user may do.")
        List<Access> access,

        @Nullable @Size(max = 8) @JsonPropertyDescription("RabbitMQ's tags: administrator, monitoring, management.")
        List<@Size(min = 1, max = 64) String> tags,

        @Nullable @Default("Manage") @JsonPropertyDescription("Manage, Observe (report only) or Paused.")
        Management management,

        @Nullable @Default("Delete") @JsonPropertyDescription("What happens to the user when this object is deleted.")
        DeletionPolicy deletionPolicy) {}
