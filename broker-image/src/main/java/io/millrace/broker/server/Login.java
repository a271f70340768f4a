package io.millrace.broker.server;

import io.millrace.broker.cluster.TopologyAccess;
import io.millrace.broker.protocol.ConnectionMachine;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** Finds out who a client is: by name and password, or by the certificate it has shown (SASL EXTERNAL, RFC 4422 Appendix A). */
final class Login {
    private final TopologyAccess topology;
    private final CertificateLogin from;

    /** @param from where the user's name stands in a certificate */
    Login(TopologyAccess topology, CertificateLogin from) {
        this.topology = topology;
        this.from = from;
    }

    /**
     * The user, or empty if refused. Whose name a certificate carries needs no password, but has to be known; like RabbitMQ, what the client
     * writes in its response to EXTERNAL is not read.
     */
    Optional<String> user(String mechanism, byte[] response, Optional<X509Certificate> certificate) {
        if (mechanism.equals(ConnectionMachine.EXTERNAL)) {
            return certificate.flatMap(from::name).filter(topology::isUser);
        }
        var credentials = ConnectionMachine.credentials(mechanism, response);
        return credentials.isEmpty() ? Optional.empty() : topology.login(credentials.get(0), credentials.get(1));
    }
}
