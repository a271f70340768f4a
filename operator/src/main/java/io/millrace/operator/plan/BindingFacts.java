package io.millrace.operator.plan;

import java.util.Map;

/**
 * A binding.
 *
 * @param vhost its virtual host
 * @param source exchange that routes
 * @param destination what it routes to
 * @param kind what the destination is
 * @param routingKey its key or pattern
 * @param arguments its arguments
 */
public record BindingFacts(
        String vhost, String source, String destination, Kind kind, String routingKey, Map<String, Object> arguments) {
    public BindingFacts {
        arguments = Map.copyOf(arguments);
    }

    /** What a binding can lead to; a topic of the log is Millrace's own. */
    public enum Kind {
        QUEUE("q", "queue"),
        EXCHANGE("e", "exchange"),
        TOPIC("t", "topic");

        private final String letter;
        private final String word;

        Kind(String letter, String word) {
            this.letter = letter;
            this.word = word;
        }

        /** Returns the letter paths of the management API have for it. */
        public String letter() {
            return letter;
        }

        /** Returns the word its JSON has for it. */
        public String word() {
            return word;
        }
    }
}
