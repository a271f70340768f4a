package io.millrace.broker.launcher;

/**
 * The management HTTP API with TLS, beside that without.
 *
 * @param port where it listens
 * @param files its certificate; nobody is asked for one
 */
public record ManagementTls(int port, TlsFiles files) {
    /** A listener that shows a node's certificate. */
    static ManagementTls ofNode(int port, TlsFiles node) {
        return new ManagementTls(port, new TlsFiles(null, node.certificate(), node.key()));
    }
}
