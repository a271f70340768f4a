package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The queue layer: AMQP 0-9-1 on the same log. */
@ApiType
@ValidationRule(
        value = "!has(self.config) || self.config.all(k, !(k in ['memory.high.watermark', 'disk.free.low.watermark'])"
                + " || (self.config[k].matches('^(0[.][0-9]{1,6}|1([.]0)?)$') && double(self.config[k]) > 0.0))",
        message = "memory.high.watermark and disk.free.low.watermark are shares above 0 and up to 1, such as 0.4")
@ValidationRule(
        value = "!has(self.config) || self.config.all(k, !(k in ['consumer.timeout.ms', 'disk.free.limit.bytes'])"
                + " || (self.config[k].matches('^[1-9][0-9]{0,17}$')"
                + " && (k != 'consumer.timeout.ms' || int(self.config[k]) <= 31536000000)))",
        message =
                "consumer.timeout.ms (up to 31536000000, a year) and disk.free.limit.bytes are whole numbers from 1 on")
public record QueueLayer(
        @Nullable @Default("true") @JsonPropertyDescription("Whether the cluster speaks AMQP.")
        Boolean enabled,

        @Nullable @Size(max = 64) @JsonPropertyDescription("Settings of the queue layer (docs/configuration.md).")
        Map<String, @Size(max = 1024) String> config) {}
