package io.millrace.broker.topology;

import com.google.re2j.PatternSyntaxException;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.VirtualHostName;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeMap;

/** Reads policies as the management API and definitions have them. */
public final class PolicyTerms {
    private PolicyTerms() {}

    /**
     * The policy with these terms.
     *
     * @param terms {@code pattern}, {@code definition}, {@code priority} (0) and {@code apply-to} ({@code all}); others are ignored
     * @throws IllegalArgumentException with RabbitMQ's text for all that is wrong
     */
    public static Policy policy(Policy.Layer layer, VirtualHostName vhost, String name, FieldTable terms) {
        var pattern = terms.get("pattern").orElse(new FieldValue.NoValue());
        var definition = terms.get("definition").orElse(new FieldValue.NoValue());
        var priority = terms.get("priority").orElse(new FieldValue.Int64(0));
        var appliesTo = terms.get("apply-to").orElse(LongString.of(AppliesTo.ALL.text()));
        var problems = new ArrayList<String>();
        definitionProblem(layer, definition).ifPresent(problems::add);
        appliesToProblem(appliesTo).ifPresent(problems::add);
        patternProblem(pattern).ifPresent(problems::add);
        if (!(priority instanceof FieldValue.Whole)) {
            problems.add("priority should be a number, actually was " + PolicyKeys.term(priority));
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("Validation failed\n\n" + String.join("\n", problems) + "\n");
        }
        return new Policy(
                layer,
                vhost,
                name,
                ResourcePattern.anywhere(pattern.toString()),
                AppliesTo.of(appliesTo.toString()).orElseThrow(),
                ((FieldValue.Whole) priority).asLong(),
                FieldTable.of(new TreeMap<>(((FieldTable) definition).entries())));
    }

    private static Optional<String> definitionProblem(Policy.Layer layer, FieldValue definition) {
        return definition instanceof FieldTable table
                ? PolicyKeys.problem(layer, table)
                : Optional.of("definition must be a dictionary: " + PolicyKeys.term(definition));
    }

    private static Optional<String> appliesToProblem(FieldValue value) {
        return AppliesTo.of(value.toString()).isPresent()
                ? Optional.empty()
                : Optional.of("apply-to '" + value
                        + "' unrecognised; should be one of: 'queues', 'classic_queues', "
                        + " 'quorum_queues', 'streams', 'exchanges', or 'all'");
    }

    private static Optional<String> patternProblem(FieldValue value) {
        if (!(value instanceof LongString text)) {
            return Optional.of("pattern should be a binary but was " + PolicyKeys.term(value));
        }
        try {
            ResourcePattern.anywhere(text.text());
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("pattern should be regular expression but is invalid: " + cause(e));
        }
    }

    private static String cause(IllegalArgumentException problem) {
        return problem.getCause() instanceof PatternSyntaxException syntax
                ? syntax.getDescription()
                : String.valueOf(problem.getMessage());
    }
}
