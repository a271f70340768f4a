package io.millrace.operator.client;

import io.millrace.operator.trust.Certificates;
import io.millrace.operator.trust.PrivateKeys;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Begins TLS with a port to see the certificate it shows, and whether it lets in who shows another one; nothing is said after that.
 * It is spoken in version 1.2, where a server answers a client's certificate before the handshake is over (RFC 5246, 7.4.9); in
 * 1.3 its refusal comes at some time after it.
 */
public final class Handshakes {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final char[] NO_PASSWORD = {};

    private Handshakes() {}

    /**
     * What was seen.
     *
     * @param shown the certificate of the port; empty if it did not come so far
     * @param letIn whether it accepted ours
     */
    public record Sight(Optional<X509Certificate> shown, boolean letIn) {
        /** Nobody answered. */
        public static final Sight NOTHING = new Sight(Optional.empty(), false);
    }

    /**
     * A certificate to be shown, and its key, PEM.
     *
     * @param chain the certificate, and those between it and a root
     */
    public record Identity(String chain, String key) {
        @Override
        public String toString() {
            return "an identity";
        }
    }

    /** Looks; takes a few seconds at most. Safe for any thread. */
    public static Sight look(String host, int port, Identity own) {
        var shown = new AtomicReference<X509Certificate>();
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress(host, port), (int) PATIENCE.toMillis());
            plain.setSoTimeout((int) PATIENCE.toMillis());
            var factory = context(own, new Witness(shown)).getSocketFactory();
            try (var socket = (SSLSocket) factory.createSocket(plain, host, port, true)) {
                socket.setEnabledProtocols(new String[] {"TLSv1.2"});
                socket.startHandshake();
                return new Sight(Optional.ofNullable(shown.get()), true);
            }
        } catch (IOException | GeneralSecurityException e) {
            return new Sight(Optional.ofNullable(shown.get()), false);
        }
    }

    private static SSLContext context(Identity own, TrustManager witness) throws GeneralSecurityException, IOException {
        var context = SSLContext.getInstance("TLS");
        context.init(keys(own), new TrustManager[] {witness}, null);
        return context;
    }

    private static KeyManager[] keys(Identity own) throws GeneralSecurityException, IOException {
        var chain = Certificates.all(own.chain());
        var key = PrivateKeys.read(own.key());
        if (chain.isEmpty() || key.isEmpty()) {
            return new KeyManager[0];
        }
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        store.setKeyEntry("own", key.get(), NO_PASSWORD, chain.toArray(Certificate[]::new));
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, NO_PASSWORD);
        return managers.getKeyManagers();
    }

    /** Believes whatever it sees: who has issued it is for others to judge, and nothing is said to whoever shows it. */
    private static final class Witness extends X509ExtendedTrustManager {
        private final AtomicReference<X509Certificate> shown;

        Witness(AtomicReference<X509Certificate> shown) {
            this.shown = shown;
        }

        private void see(X509Certificate[] chain) {
            shown.set(chain[0]);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            see(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            see(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            see(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            throw new IllegalStateException("nobody connects to us");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            throw new IllegalStateException("nobody connects to us");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new IllegalStateException("nobody connects to us");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
