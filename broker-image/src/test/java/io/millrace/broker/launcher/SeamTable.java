package io.millrace.broker.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Reads the tables of docs/seams.md. */
final class SeamTable {
    private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` \\|", Pattern.MULTILINE);

    private SeamTable() {}

    /** The first column of the table below a heading, as far as it is code. */
    static List<String> keys(String heading) throws IOException {
        var page = Files.readString(Path.of("..", "docs", "seams.md"));
        var begin = page.indexOf(heading + "\n");
        if (begin < 0) {
            throw new IllegalArgumentException("no heading " + heading);
        }
        var end = page.indexOf("\n##", begin + heading.length());
        return ROW.matcher(page.substring(begin, end < 0 ? page.length() : end))
                .results()
                .map(row -> row.group(1))
                .toList();
    }
}
