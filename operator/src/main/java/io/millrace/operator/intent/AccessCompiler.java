package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.Access;
import io.millrace.api.v1alpha1.AccessMatch;
import io.millrace.api.v1alpha1.AccessOperation;
import io.millrace.api.v1alpha1.AccessResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Turns what a user may do into RabbitMQ's one triple of regular expressions per virtual host. */
final class AccessCompiler {

    private static final String NOTHING = "^$";
    private static final String SPECIAL = "\\.[]{}()<>*+-=!?^$|";

    private AccessCompiler() {}

    private static final class Triple {
        private final List<String> configure = new ArrayList<>();
        private final List<String> write = new ArrayList<>();
        private final List<String> read = new ArrayList<>();

        private void add(AccessOperation operation, String pattern) {
            switch (operation) {
                case CONFIGURE -> configure.add(pattern);
                case WRITE -> write.add(pattern);
                case READ -> read.add(pattern);
                case CREATE, DELETE, ALTER, DESCRIBE, MONITOR, ADMINISTER ->
                    throw new IllegalArgumentException("queues and exchanges do not know " + operation);
            }
        }
    }

    /** Returns the permissions, in the order of the virtual hosts' names. */
    static List<PermissionIntent> permissions(List<Access> access) {
        var triples = new TreeMap<String, Triple>();
        for (var entry : access) {
            if (entry.resource() == AccessResource.QUEUE || entry.resource() == AccessResource.EXCHANGE) {
                var vhost = Objects.requireNonNullElse(entry.vhost(), "/");
                var triple = triples.computeIfAbsent(vhost, ignored -> new Triple());
                entry.allow().forEach(operation -> triple.add(operation, pattern(entry)));
            }
        }
        var permissions = new ArrayList<PermissionIntent>();
        triples.forEach((vhost, triple) -> permissions.add(
                new PermissionIntent(vhost, regex(triple.configure), regex(triple.write), regex(triple.read))));
        return permissions;
    }

    private static String pattern(Access entry) {
        var name = Objects.requireNonNullElse(entry.name(), "*");
        return switch (Optional.ofNullable(entry.match()).orElse(AccessMatch.LITERAL)) {
            case REGEX -> name;
            case PREFIX -> escaped(name) + ".*";
            case LITERAL -> name.equals("*") ? ".*" : escaped(name);
        };
    }

    private static String regex(List<String> patterns) {
        return patterns.isEmpty() ? NOTHING : "^(" + String.join("|", patterns) + ")$";
    }

    private static String escaped(String name) {
        var text = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            var c = name.charAt(i);
            if (SPECIAL.indexOf(c) >= 0) {
                text.append('\\');
            }
            text.append(c);
        }
        return text.toString();
    }
}
