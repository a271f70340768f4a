package io.millrace.broker.launcher;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Makes key stores and an SSL context of PEM files. */
final class PemFiles {
    private static final char[] NO_PASSWORD = {};
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);

    private PemFiles() {}

    /** What a set of files says at one moment. */
    record Loaded(
            KeyStore keys,
            KeyStore trusted,
            List<X509Certificate> chain,
            List<X509Certificate> authorities,
            SSLContext context) {}

    /**
     * Reads the files.
     *
     * @throws IOException when one cannot be read; names it
     * @throws GeneralSecurityException when one is not what it should be, or key and certificate do not belong together; names them
     */
    static Loaded load(TlsFiles files) throws IOException, GeneralSecurityException {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, NO_PASSWORD);
        var authorities = files.trusted() == null ? List.<X509Certificate>of() : certificates(files.trusted());
        for (int i = 0; i < authorities.size(); i++) {
            trusted.setCertificateEntry("ca-" + i, authorities.get(i));
        }
        var chain = certificates(files.certificate());
        var key = privateKey(files.key());
        requirePair(files, chain.getFirst(), key);
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, NO_PASSWORD);
        keys.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(new Certificate[0]));
        return new Loaded(keys, trusted, chain, authorities, context(keys, trusted));
    }

    private static SSLContext context(KeyStore keys, KeyStore trusted) throws GeneralSecurityException {
        var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, NO_PASSWORD);
        var trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }

    private static List<X509Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        Collection<? extends Certificate> found;
        try {
            found = CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(read(file)));
        } catch (CertificateException e) {
            throw new GeneralSecurityException("the certificate in " + file + " is broken: " + e.getMessage(), e);
        }
        if (found.isEmpty()) {
            throw new GeneralSecurityException("no certificate in " + file);
        }
        return found.stream().map(X509Certificate.class::cast).toList();
    }

    private static byte[] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        } catch (IOException e) {
            throw new IOException("cannot read " + file + ": " + e, e);
        }
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        var pem = PKCS8.matcher(new String(read(file), StandardCharsets.ISO_8859_1));
        if (!pem.find()) {
            throw new GeneralSecurityException(
                    "no PKCS#8 private key in " + file + " (openssl pkcs8 -topk8 -nocrypt makes one of other keys)");
        }
        PKCS8EncodedKeySpec encoded;
        try {
            encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the private key in " + file + " is broken: " + e.getMessage(), e);
        }
        for (var algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                // The encoding does not tell the algorithm without being taken apart: try the next.
            }
        }
        throw new GeneralSecurityException("the private key in " + file + " is neither EC nor RSA nor EdDSA");
    }

    /** Files that are being replaced one by one do not fit together for a moment. */
    private static void requirePair(TlsFiles files, Certificate certificate, PrivateKey key)
            throws GeneralSecurityException {
        var algorithm =
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> "EdDSA";
                };
        if (!verifies(algorithm, certificate, key)) {
            throw new GeneralSecurityException("the private key in " + files.key()
                    + " does not belong to the certificate in " + files.certificate());
        }
    }

    private static boolean verifies(String algorithm, Certificate certificate, PrivateKey key)
            throws GeneralSecurityException {
        var probe = "probe".getBytes(StandardCharsets.US_ASCII);
        var signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(probe);
        var signature = signer.sign();
        try {
            signer.initVerify(certificate.getPublicKey());
            signer.update(probe);
            return signer.verify(signature);
        } catch (InvalidKeyException | SignatureException e) {
            return false; // a key of another kind
        }
    }
}
