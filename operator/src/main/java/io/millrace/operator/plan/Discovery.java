package io.millrace.operator.plan;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Decides which live groups get an object, and what it is called. */
public final class Discovery {

    private static final int NAME_LIMIT = 200;

    private final List<Pattern> include;
    private final List<Pattern> exclude;

    /**
     * Prepares the filters.
     *
     * @param include groups to show; empty: all
     * @param exclude groups to leave out
     * @throws com.google.re2j.PatternSyntaxException if one is not a regular expression
     */
    public Discovery(List<String> include, List<String> exclude) {
        this.include = include.stream().map(Pattern::compile).toList();
        this.exclude = exclude.stream().map(Pattern::compile).toList();
    }

    /** Returns whether a group is to be shown; those of the queue layer never are: a Queue shows its own lag. */
    public boolean wants(String group) {
        if (group.isEmpty() || group.startsWith("q.") || group.startsWith("amqp.")) {
            return false;
        }
        return (include.isEmpty() || include.stream().anyMatch(pattern -> pattern.matches(group)))
                && exclude.stream().noneMatch(pattern -> pattern.matches(group));
    }

    /** Returns the name of a group's object: readable, valid, and never that of another group. */
    public static String objectName(String group) {
        var readable = group.toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9.-]", "-")
                .replaceAll("[.-]*[.][.-]*", ".")
                .replaceAll("^[.-]+", "");
        var cut = readable.substring(0, Math.min(NAME_LIMIT, readable.length())).replaceAll("[.-]+$", "");
        return (cut.isEmpty() ? "group" : cut) + "-" + hash(group);
    }

    private static String hash(String group) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(group.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
