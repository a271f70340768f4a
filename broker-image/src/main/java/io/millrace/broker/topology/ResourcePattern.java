package io.millrace.broker.topology;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression over names of queues and exchanges. As in RabbitMQ it may match anywhere in the name, and the
 * empty expression matches no name but the empty one. RE2 cannot blow up on any input.
 */
public final class ResourcePattern {
    private final String expression;
    private final Pattern compiled;

    private ResourcePattern(String expression, Pattern compiled) {
        this.expression = expression;
        this.compiled = compiled;
    }

    /**
     * Compiles an expression.
     *
     * @throws IllegalArgumentException if it is no regular expression
     */
    public static ResourcePattern of(String expression) {
        return of(expression, expression.isEmpty() ? "^$" : expression);
    }

    /** As {@link #of}, but the empty expression matches every name, as in policies. */
    public static ResourcePattern anywhere(String expression) {
        return of(expression, expression);
    }

    /**
     * As {@link #of}, with names in place of variables: a name stands for itself, whatever characters it has.
     *
     * @param names by what stands for them
     */
    static ResourcePattern of(String expression, Map<String, String> names) {
        var meaning = of(expression).compiled.pattern();
        for (var name : names.entrySet()) {
            meaning = meaning.replace(name.getKey(), Pattern.quote(name.getValue()));
        }
        return of(expression, meaning);
    }

    private static ResourcePattern of(String expression, String meaning) {
        try {
            return new ResourcePattern(expression, Pattern.compile(meaning));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("not a regular expression: " + expression, e);
        }
    }

    public String expression() {
        return expression;
    }

    public boolean matches(String name) {
        return compiled.matcher(name).find();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ResourcePattern that && expression.equals(that.expression);
    }

    @Override
    public int hashCode() {
        return expression.hashCode();
    }

    @Override
    public String toString() {
        return expression;
    }
}
