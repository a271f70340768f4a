package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Who issues certificates. */
@ApiType
@ValidationRule(
        value = "self.handOverDays <= self.renewBeforeDays && self.renewBeforeDays < self.validityDays",
        message = "tls.ca.renewBeforeDays must be less than tls.ca.validityDays, and not less than tls.ca.handOverDays")
public record TlsAuthority(
        @Nullable
        @JsonPropertyDescription(
                "Secret with the CA of the brokers' certificates (tls.crt, tls.key, and ca.crt if it is not a root),"
                        + " as cert-manager makes it; what changes in it is taken up. Default: the operator makes one.")
        TlsAuthoritySecret secretRef,

        @Nullable
        @Default("3650")
        @Min(2)
        @Max(36500)
        @JsonPropertyDescription("Days for which a CA that the operator makes is valid.")
        Integer validityDays,

        @Nullable
        @Default("365")
        @Min(1)
        @Max(36500)
        @JsonPropertyDescription("Days before its end at which the renewal of such a CA begins.")
        Integer renewBeforeDays,

        @Nullable
        @Default("7")
        @Min(0)
        @Max(365)
        @JsonPropertyDescription(
                "Days that clients have during a renewal: to trust the new CA before brokers show certificates of it,"
                        + " and to show certificates of the new one before the former is dropped.")
        Integer handOverDays,

        @Nullable
        @Size(max = 64)
        @JsonPropertyDescription(
                "Any new value (a time, by custom) renews the CAs that the operator has made; taking it back does nothing.")
        String renewAt) {}
