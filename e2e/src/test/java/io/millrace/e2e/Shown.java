package io.millrace.e2e;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a page shows of an answer, beside an answer: names and words are the same, figures need not be. */
final class Shown {
    private static final Pattern HEADS = Pattern.compile("[A-Z][A-Z-]*( [A-Z][A-Z-]*)+");
    private static final Pattern FIGURES = Pattern.compile("(\\d+[dhms])+|\\d+");

    private Shown() {}

    /**
     * Lines that are shown and were not said. The heads of a table must be the same, and of each row its first cell be there: a table
     * tells of a moment. Of other lines the words must be the same, in any order of lines; {@code …} stands for any.
     */
    static List<String> unsaid(List<String> shown, String answer) {
        var said = answer.lines().map(Shown::words).toList();
        var unsaid = new ArrayList<String>();
        var inTable = false;
        for (var line : shown) {
            var words = words(line);
            if (words.isEmpty()) {
                inTable = false;
                continue;
            }
            var heads = HEADS.matcher(words).matches();
            inTable |= heads;
            if (said.stream().noneMatch(inTable && !heads ? row(words) : same(words))) {
                unsaid.add(line);
            }
        }
        return unsaid;
    }

    private static Predicate<String> row(String words) {
        var first = first(words);
        return line -> first(line).equals(first);
    }

    private static String first(String words) {
        return words.split(" ", 2)[0];
    }

    private static Predicate<String> same(String words) {
        var pattern = Pattern.compile(
                Arrays.stream(evened(words).split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
        return line -> pattern.matcher(evened(line)).matches();
    }

    private static String words(String line) {
        return line.strip().replaceAll("\\s+", " ");
    }

    private static String evened(String words) {
        return FIGURES.matcher(words).replaceAll("0");
    }
}
