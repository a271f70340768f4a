package io.millrace.e2e;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Clients that speak TLS, configured by what is in Secrets. */
final class Pem {
    private static final char[] NO_PASSWORD = {};

    private Pem() {}

    /** What a Kafka client trusts. */
    static Map<String, Object> trusting(String authority) {
        return Map.of("ssl.truststore.type", "PEM", "ssl.truststore.certificates", authority);
    }

    /** What a Kafka client shows of itself. */
    static Map<String, Object> showing(String certificates, String key) {
        return Map.of(
                "ssl.keystore.type", "PEM", "ssl.keystore.certificate.chain", certificates, "ssl.keystore.key", key);
    }

    /** What any other client trusts and shows; without a key it shows nothing. */
    static SSLContext context(String authority, String certificates, String key)
            throws GeneralSecurityException, IOException {
        var trusted = store();
        var authorities = certificates(authority);
        for (int i = 0; i < authorities.length; i++) {
            trusted.setCertificateEntry("ca-" + i, authorities[i]);
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var own = store();
        if (!key.isEmpty()) {
            var base64 = key.replaceAll("-----[A-Z ]+-----", "");
            var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
            own.setKeyEntry(
                    "own",
                    KeyFactory.getInstance("EC").generatePrivate(encoded),
                    NO_PASSWORD,
                    certificates(certificates));
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, NO_PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** How many certificates there are in a file. */
    static int count(String pem) throws GeneralSecurityException {
        return certificates(pem).length;
    }

    /** The certificate that somebody listens with, who may ask for one and get none. */
    static X509Certificate served(SSLContext context, String address) throws IOException {
        var host = address.substring(0, address.lastIndexOf(':'));
        var port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket(host, port)) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static KeyStore store() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static Certificate[] certificates(String pem) throws GeneralSecurityException {
        var in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
        return CertificateFactory.getInstance("X.509").generateCertificates(in).toArray(Certificate[]::new);
    }
}
