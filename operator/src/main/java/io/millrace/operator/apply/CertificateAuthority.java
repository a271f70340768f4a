package io.millrace.operator.apply;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** The authority of one cluster: it says which pods belong to it, and which operator. */
final class CertificateAuthority {

    private static final Period VALIDITY = Period.ofYears(10);
    /** Clocks of nodes differ. */
    private static final Period BACKDATED = Period.ofDays(1);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Pair pair;
    private final X500Name name;
    private final PrivateKey key;
    private final Instant now;

    /**
     * A certificate and its key.
     *
     * @param certificate PEM
     * @param key PEM, PKCS#8
     */
    record Pair(String certificate, String key) {}

    private CertificateAuthority(Pair pair, X500Name name, PrivateKey key, Instant now) {
        this.pair = pair;
        this.name = name;
        this.key = key;
        this.now = now;
    }

    /** Founds an authority. */
    static CertificateAuthority found(String cluster, Instant now) {
        try {
            var keys = newKeys();
            var name = name("CN=" + cluster + "-ca,O=millrace");
            var builder = builder(name, name, keys, now)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            var certificate = sign(builder, keys.getPrivate());
            return new CertificateAuthority(pair(certificate, keys), name, keys.getPrivate(), now);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make a certificate authority", e);
        }
    }

    /** Takes up an authority that was founded before. */
    static CertificateAuthority load(Pair pair, Instant now) {
        try (var certificates = new PEMParser(new StringReader(pair.certificate()));
                var keys = new PEMParser(new StringReader(pair.key()))) {
            var holder = (X509CertificateHolder) certificates.readObject();
            var encoded = keys.readPemObject().getContent();
            var key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return new CertificateAuthority(pair, holder.getSubject(), key, now);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the certificate authority cannot be read", e);
        }
    }

    /** Returns its own certificate and key. */
    Pair own() {
        return pair;
    }

    /**
     * Issues a certificate for both ends of a connection.
     *
     * @param subject common name; Kafka's principal is User:CN=subject,O=millrace
     * @param hosts DNS names
     */
    Pair issue(String subject, List<String> hosts) {
        try {
            var keys = newKeys();
            var names = hosts.stream()
                    .map(host -> new GeneralName(GeneralName.dNSName, host))
                    .toArray(GeneralName[]::new);
            var builder = builder(name, name("CN=" + subject + ",O=millrace"), keys, now)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                        KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    }));
            if (names.length > 0) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            return pair(sign(builder, key), keys);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot issue a certificate for " + subject, e);
        }
    }

    /** Encoded so that RFC 2253, which names read backwards, gives what was written. */
    private static X500Name name(String text) {
        return X500Name.getInstance(new X500Principal(text).getEncoded());
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    private static X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair keys, Instant now) {
        var today = now.atZone(ZoneOffset.UTC);
        return new X509v3CertificateBuilder(
                issuer,
                new BigInteger(128, RANDOM),
                Date.from(today.minus(BACKDATED).toInstant()),
                Date.from(today.plus(VALIDITY).toInstant()),
                subject,
                SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
    }

    private static X509CertificateHolder sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException {
        return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key));
    }

    private static Pair pair(X509CertificateHolder certificate, KeyPair keys) throws IOException {
        return new Pair(
                pem("CERTIFICATE", certificate.getEncoded()),
                pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    }

    private static String pem(String type, byte[] content) throws IOException {
        var text = new StringWriter();
        try (var writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, content));
        }
        return text.toString();
    }
}
