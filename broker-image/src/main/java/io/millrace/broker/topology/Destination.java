package io.millrace.broker.topology;

/** The far end of a binding, within the virtual host. */
public record Destination(Kind kind, String name) {
    /** What a binding may lead to. */
    public enum Kind {
        QUEUE("q"),
        EXCHANGE("e"),
        /** A topic of the log, by its full name. */
        TOPIC("t");

        private final String letter;

        Kind(String letter) {
            this.letter = letter;
        }

        /** How keys of the topology log abbreviate it. */
        String letter() {
            return letter;
        }

        static Kind ofLetter(String letter) {
            for (var kind : values()) {
                if (kind.letter.equals(letter)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no kind of destination: " + letter);
        }
    }
}
