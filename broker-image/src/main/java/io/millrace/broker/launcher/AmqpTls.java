package io.millrace.broker.launcher;

import io.millrace.broker.server.CertificateLogin;
import io.millrace.broker.server.ServerIdentity;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The AMQP listener with TLS ({@code amqp.tls.*} of docs/configuration.md).
 *
 * @param port where it listens
 * @param files its certificate; with trusted CAs clients are asked for certificates, too
 * @param certificateRequired whether clients without a certificate are turned away
 */
record AmqpTls(int port, TlsFiles files, boolean certificateRequired) {
    static final String PORT = QueuesSettings.OPTIONS + "amqp.tls.port";
    static final String CERTIFICATE = QueuesSettings.OPTIONS + "amqp.tls.certificate";
    static final String KEY = QueuesSettings.OPTIONS + "amqp.tls.key";
    static final String TRUSTED = QueuesSettings.OPTIONS + "amqp.tls.ca";
    static final String REQUIRED = QueuesSettings.OPTIONS + "amqp.tls.fail.if.no.peer.cert";
    static final String LOGIN_FROM = QueuesSettings.OPTIONS + "amqp.tls.login.from";

    /** All settings of it. */
    static final Set<String> KEYS = Set.of(PORT, CERTIFICATE, KEY, TRUSTED, REQUIRED, LOGIN_FROM);

    /** IANA's port for AMQP over TLS. */
    static final int DEFAULT_PORT = 5671;

    private static final int LAST_PORT = 65_535;

    /**
     * Reads the settings; empty if nothing is said of TLS.
     *
     * @throws IllegalArgumentException naming a key that is missing or has a wrong value
     */
    static Optional<AmqpTls> parse(Map<String, String> options) {
        if (KEYS.stream().noneMatch(options::containsKey)) {
            return Optional.empty();
        }
        int port = (int) QueueOptions.number(options, PORT, DEFAULT_PORT, LAST_PORT);
        var trusted = options.containsKey(TRUSTED) ? file(options, TRUSTED) : null;
        var required = options.getOrDefault(REQUIRED, "false");
        if (!Set.of("true", "false").contains(required)) {
            throw new IllegalArgumentException(REQUIRED + " is '" + required + "', not true or false");
        }
        if (trusted == null && required.equals("true")) {
            throw new IllegalArgumentException(REQUIRED + " needs " + TRUSTED);
        }
        return Optional.of(new AmqpTls(
                port,
                new TlsFiles(trusted, file(options, CERTIFICATE), file(options, KEY)),
                Boolean.parseBoolean(required)));
    }

    /** The settings of a listener that has a node's certificate; they come before those of the user. */
    static Map<String, String> ofNode(TlsFiles node, QueuesSettings.TlsListener listener) {
        var options = new HashMap<String, String>();
        options.put(PORT, Integer.toString(listener.port()));
        options.put(CERTIFICATE, node.certificate().toString());
        options.put(KEY, node.key().toString());
        if (listener.certificates()) {
            options.put(TRUSTED, node.clientAuthorities().toString());
            options.put(REQUIRED, "true");
            // The operator issues certificates that name a user so.
            options.put(LOGIN_FROM, "common_name");
        }
        return options;
    }

    private static Path file(Map<String, String> options, String key) {
        var value = options.getOrDefault(key, "");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("AMQP with TLS needs a PEM file named by " + key + " (of standalone: --"
                    + key.substring(QueuesSettings.OPTIONS.length()).replace('.', '-') + ")");
        }
        return Path.of(value);
    }

    /** Where the user's name stands in a client's certificate. */
    static CertificateLogin loginFrom(Map<String, String> options) {
        var value = options.get(LOGIN_FROM);
        return value == null
                ? CertificateLogin.COMMON_NAME
                : CertificateLogin.of(value)
                        .orElseThrow(() -> new IllegalArgumentException(LOGIN_FROM + " is '" + value + "', not one of "
                                + String.join(", ", CertificateLogin.words())));
    }

    /**
     * Makes the engine of each connection, of what the files hold then.
     *
     * @throws IllegalArgumentException naming the file that is not there or not what it should be
     */
    ServerIdentity engines() {
        return new ServerEngines("AMQP", files, certificateRequired);
    }
}
