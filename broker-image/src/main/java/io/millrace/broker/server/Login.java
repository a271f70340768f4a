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
     * Who a client says it is, and whether that is so.
     *
     * @param user empty if it does not say
     */
    record Claim(String user, boolean isTrue) {
        private static final Claim NOBODY = new Claim("", false);
    }

    /**
     * Looks at what a client has shown. Whose name a certificate carries needs no password, but has to be known; like RabbitMQ, what the client
     * writes in its response to EXTERNAL is not read.
     */
    Claim claim(String mechanism, byte[] response, Optional<X509Certificate> certificate) {
        if (mechanism.equals(ConnectionMachine.EXTERNAL)) {
            return certificate
                    .flatMap(from::name)
                    .map(name -> new Claim(name, topology.isUser(name)))
                    .orElse(Claim.NOBODY);
        }
        var credentials = ConnectionMachine.credentials(mechanism, response);
        return credentials.isEmpty()
                ? Claim.NOBODY
                : new Claim(credentials.get(0), topology.isUser(credentials.get(0), credentials.get(1)));
    }
}
