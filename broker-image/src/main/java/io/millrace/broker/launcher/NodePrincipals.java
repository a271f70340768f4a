package io.millrace.broker.launcher;

import java.util.regex.Pattern;

/**
 * Who nodes and operator are to Kafka. All nodes of a cluster are one principal, whatever their number: {@code super.users} cannot be
 * changed while brokers run, and the number of brokers can. No other user can have such a name: it holds a colon, which names of User
 * objects do not.
 */
final class NodePrincipals {
    static final String NODE = "millrace:node";
    static final String OPERATOR = "millrace:operator";

    /** The same for listeners of clients: the CA of clients issues {@code CN=<user>}, and the principal is the user's name, as with a password. */
    static final String CLIENT_MAPPING_RULES = "RULE:^CN=([^,=]+)$/$1/,DEFAULT";

    private NodePrincipals() {}

    /**
     * Kafka's {@code ssl.principal.mapping.rules}: certificates of nodes ({@code CN=<pod>,O=millrace}) and of the operator
     * ({@code CN=millrace-operator,O=millrace}) in either order of their parts; everybody else keeps the full subject.
     */
    static String mappingRules(String cluster) {
        var pods = Pattern.compile("[.]").matcher(cluster).replaceAll("[.]") + "-(?:broker|controller)-[0-9]+";
        return rule(pods, NODE) + "," + rule("millrace-operator", OPERATOR) + ",DEFAULT";
    }

    /** Kafka's {@code super.users}: ours, and those the user named. */
    static String superUsers(String others) {
        var ours = "User:" + NODE + ";User:" + OPERATOR;
        return others.isBlank() ? ours : ours + ";" + others;
    }

    private static String rule(String commonName, String principal) {
        return "RULE:^(?:CN=" + commonName + ",O=millrace|O=millrace,CN=" + commonName + ")$/" + principal + "/";
    }
}
