package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.Binding;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A binding as it is meant: from an exchange to whatever it is written at.
 *
 * @param exchange the source
 * @param routingKey key or pattern
 * @param arguments its arguments, comparable
 */
public record BindingIntent(String exchange, String routingKey, Map<String, Object> arguments) {
    public BindingIntent {
        arguments = Map.copyOf(arguments);
    }

    /** Reads the bindings of an object. */
    public static Set<BindingIntent> of(@Nullable List<Binding> bindings) {
        var result = new LinkedHashSet<BindingIntent>();
        if (bindings != null) {
            bindings.forEach(binding -> result.add(new BindingIntent(
                    binding.exchange(),
                    Objects.requireNonNullElse(binding.routingKey(), ""),
                    Arguments.of(binding.arguments()))));
        }
        return result;
    }
}
