package io.millrace.broker.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Files of properties, as they are mounted into a container. */
final class MountedProperties {
    private static final Pattern SECRET = Pattern.compile("password|secret|jaas", Pattern.CASE_INSENSITIVE);

    private MountedProperties() {}

    /** Reads a file. */
    static Map<String, String> read(Path file) throws IOException {
        var read = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            read.load(in);
        }
        var all = new HashMap<String, String>();
        read.stringPropertyNames().forEach(key -> all.put(key, read.getProperty(key)));
        return all;
    }

    /** Properties for the log, in order, without what may be a secret. */
    static Map<String, String> printable(Map<String, String> properties) {
        var shown = new TreeMap<>(properties);
        shown.replaceAll((key, value) -> SECRET.matcher(key).find() ? "[hidden]" : value);
        return shown;
    }
}
