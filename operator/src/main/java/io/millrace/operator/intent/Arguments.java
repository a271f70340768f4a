package io.millrace.operator.intent;

import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Arguments of queues, exchanges and bindings, made comparable: every whole number is a Long. */
public final class Arguments {

    private Arguments() {}

    /** Reads arguments as a user writes them. */
    public static Map<String, Object> of(@Nullable Map<String, IntOrString> arguments) {
        var result = new HashMap<String, Object>();
        if (arguments != null) {
            arguments.forEach((key, value) -> {
                Object plain = value.getIntVal() != null ? value.getIntVal() : value.getStrVal();
                result.put(key, plain);
            });
        }
        return normal(result);
    }

    /** Makes arguments comparable, wherever they come from. */
    public static Map<String, Object> normal(Map<String, Object> arguments) {
        var result = new HashMap<String, Object>();
        arguments.forEach((key, value) -> result.put(
                key, value instanceof Integer || value instanceof Short ? ((Number) value).longValue() : value));
        return result;
    }
}
