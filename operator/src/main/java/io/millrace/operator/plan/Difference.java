package io.millrace.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.millrace.operator.desired.Hash;
import java.util.HashMap;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether an object must be written. It must if it is missing, if what we want has changed since we last wrote
 * it (a fingerprint is kept on the object), or if somebody has changed what we wrote. What the API server or others
 * have added is not ours and no difference.
 */
public final class Difference {

    /** Annotation that holds the fingerprint of what was applied. */
    public static final String APPLIED = "millrace.io/applied";

    private static final ObjectMapper JSON = new ObjectMapper();

    private Difference() {}

    /** Adds the fingerprint to an object that is to be applied. */
    public static <T extends HasMetadata> T marked(T desired) {
        var annotations = new HashMap<String, String>();
        if (desired.getMetadata().getAnnotations() != null) {
            annotations.putAll(desired.getMetadata().getAnnotations());
        }
        annotations.remove(APPLIED);
        desired.getMetadata().setAnnotations(annotations);
        annotations.put(APPLIED, Hash.of(JSON.valueToTree(desired).toString()));
        return desired;
    }

    /**
     * Compares.
     *
     * @param desired an object that went through {@link #marked}
     * @param actual what the cache holds, or null
     */
    public static boolean exists(HasMetadata desired, @Nullable HasMetadata actual) {
        if (actual == null) {
            return true;
        }
        JsonNode wanted = JSON.valueToTree(desired);
        JsonNode found = JSON.valueToTree(actual);
        return !covers(found, wanted);
    }

    /** Whether a difference was made by others: the object is gone, or was last written just as it is wanted. */
    public static boolean isOthers(HasMetadata desired, @Nullable HasMetadata actual) {
        return actual == null || fingerprint(desired).equals(fingerprint(actual));
    }

    private static Optional<String> fingerprint(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getAnnotations()).map(annotations -> annotations.get(APPLIED));
    }

    private static boolean covers(@Nullable JsonNode found, JsonNode wanted) {
        if (wanted.isNull() || (wanted.isContainerNode() && wanted.isEmpty())) {
            return true;
        }
        if (found == null) {
            return false;
        }
        if (wanted.isObject()) {
            return wanted.properties().stream().allMatch(field -> covers(found.get(field.getKey()), field.getValue()));
        }
        if (wanted.isArray()) {
            if (found.size() != wanted.size()) {
                return false;
            }
            for (int i = 0; i < wanted.size(); i++) {
                if (!covers(found.get(i), wanted.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return Objects.equals(found, wanted) || sameAmount(found.asText(), wanted.asText());
    }

    /** The API server writes 1000m as 1. */
    private static boolean sameAmount(String found, String wanted) {
        if (found.equals(wanted)) {
            return true;
        }
        if (found.isEmpty() || wanted.isEmpty() || !startsWithDigit(found) || !startsWithDigit(wanted)) {
            return false;
        }
        try {
            return Quantity.getAmountInBytes(new Quantity(found))
                            .compareTo(Quantity.getAmountInBytes(new Quantity(wanted)))
                    == 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean startsWithDigit(String text) {
        return Character.isDigit(text.charAt(0));
    }
}
