package io.millrace.operator.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operator.client.Handshakes.Identity;
import io.millrace.operator.client.Handshakes.Sight;
import io.millrace.operator.fixture.Authorities;
import io.millrace.operator.fixture.Authorities.Made;
import io.millrace.operator.trust.Certificates;
import io.millrace.operator.trust.GivenAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A port with TLS as the brokers' are: it asks for a certificate and lets in whom it trusts. */
@Timeout(20)
class HandshakesTest {

    private static final char[] NO_PASSWORD = {};
    private final Instant now = Instant.now().minusSeconds(60);
    private final Made former = Authorities.root("ca", now);
    /** Of the same name: tools that renew a CA give it another key and nothing else. */
    private final Made next = Authorities.root("ca", now);

    private final Made broker = former.leaf("broker", now);

    @Test
    void whoIsTrustedIsLetInAndTheCertificateOfThePortIsSeen() throws Exception {
        assertThat(look(List.of(former), former)).isEqualTo(new Sight(Optional.of(broker.certificate()), true));
    }

    @Test
    void whoIsNotTrustedIsNotLetInAndSeesTheCertificateAllTheSame() throws Exception {
        assertThat(look(List.of(former), next)).isEqualTo(new Sight(Optional.of(broker.certificate()), false));
    }

    @Test
    void eitherOfTwoOfOneNameIsLetInWhileBothAreTrusted() throws Exception {
        assertThat(look(List.of(former, next), former).letIn()).isTrue();
        assertThat(look(List.of(former, next), next).letIn()).isTrue();
    }

    @Test
    void anIntermediateThatIsTrustedItselfNeedsNoRoot() throws Exception {
        var intermediate = former.intermediate("below", now);

        assertThat(look(List.of(intermediate), intermediate).letIn()).isTrue();
        assertThat(look(List.of(intermediate), former).letIn()).isFalse();
    }

    @Test
    void whereNobodyListensNothingIsSeen() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        assertThat(Handshakes.look("localhost", port, identity(former))).isEqualTo(Sight.NOTHING);
    }

    private Sight look(List<Made> trusted, Made issuer) throws Exception {
        var factory = context(trusted).getServerSocketFactory();
        try (var server = (SSLServerSocket) factory.createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setNeedClientAuth(true);
            Thread.ofVirtual().start(() -> serve(server));
            return Handshakes.look("localhost", server.getLocalPort(), identity(issuer));
        }
    }

    private static void serve(SSLServerSocket server) {
        try (var socket = (SSLSocket) server.accept()) {
            socket.startHandshake();
            socket.getInputStream().read();
        } catch (IOException e) {
            // The other side sees it.
        }
    }

    private Identity identity(Made issuer) {
        var own = issuer.leaf("operator", now);
        var chain = issuer.root().isPresent()
                ? List.of(own.certificate(), issuer.certificate())
                : List.of(own.certificate());
        return new Identity(Certificates.pem(chain), own.files().getOrDefault(GivenAuthority.KEY, ""));
    }

    private SSLContext context(List<Made> trusted) throws Exception {
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, NO_PASSWORD);
        keys.setKeyEntry("own", broker.keys().getPrivate(), NO_PASSWORD, new Certificate[] {broker.certificate()});
        var anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, NO_PASSWORD);
        for (int i = 0; i < trusted.size(); i++) {
            anchors.setCertificateEntry("ca-" + i, trusted.get(i).certificate());
        }
        var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, NO_PASSWORD);
        var believed = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        believed.init(anchors);
        var context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), believed.getTrustManagers(), null);
        return context;
    }
}
