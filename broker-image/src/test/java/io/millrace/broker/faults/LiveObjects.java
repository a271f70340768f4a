package io.millrace.broker.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** What is in the memory of a process. */
final class LiveObjects {
    private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+).*");

    private LiveObjects() {}

    /** How many instances of each of these classes a JVM holds, when it has collected what nobody needs (jcmd, GC.class_histogram). */
    static Map<String, Long> count(long pid, Collection<String> types) throws IOException, InterruptedException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        var found = new HashMap<String, Long>();
        types.forEach(type -> found.put(type, 0L));
        for (var line : new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            var match = LINE.matcher(line);
            if (match.matches() && types.contains(match.group(2))) {
                found.put(match.group(2), Long.parseLong(match.group(1)));
            }
        }
        if (process.waitFor() != 0) {
            throw new IOException("jcmd ended with " + process.exitValue());
        }
        return found;
    }
}
