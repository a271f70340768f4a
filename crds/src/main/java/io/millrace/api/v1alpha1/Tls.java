package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How certificates are issued. */
@ApiType
@ValidationRule(
        value = "self.renewBeforeDays < self.validityDays",
        message =
                "tls.renewBeforeDays must be less than tls.validityDays, or every certificate would be renewed at once")
public record Tls(
        @Nullable
        @Default("365")
        @Min(1)
        @Max(3650)
        @JsonPropertyDescription("Days for which certificates of brokers, listeners and users are valid.")
        Integer validityDays,

        @Nullable
        @Default("30")
        @Min(1)
        @Max(3650)
        @JsonPropertyDescription("Days before its end at which a certificate is renewed, without a restart.")
        Integer renewBeforeDays,

        @Nullable @JsonPropertyDescription("Who issues them.")
        TlsAuthority ca) {}
