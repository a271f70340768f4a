package io.millrace.operator.apply;

import io.millrace.operator.desired.CertificateWish;
import io.millrace.operator.plan.Certificates;
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
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.stream.Stream;
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

/** An authority of one cluster: it says which pods belong to it and which operator, or who the users are. */
final class CertificateAuthority {

    /** File of its key in its Secret. */
    static final String KEY = "ca.key";

    private static final Period VALIDITY = Period.ofYears(10);
    /** Clocks of nodes differ. */
    private static final Duration BACKDATED = Duration.ofDays(1);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Pair pair;
    private final X509Certificate certificate;
    private final PrivateKey key;

    /**
     * A certificate and its key.
     *
     * @param certificate PEM
     * @param key PEM, PKCS#8
     */
    record Pair(String certificate, String key) {}

    private CertificateAuthority(Pair pair, PrivateKey key) {
        this.pair = pair;
        this.certificate = Certificates.first(pair.certificate())
                .orElseThrow(() -> new IllegalStateException("the authority has no certificate"));
        this.key = key;
    }

    /**
     * Founds an authority.
     *
     * @param commonName its name
     */
    static CertificateAuthority found(String commonName, Instant now) {
        try {
            var keys = newKeys();
            var name = name("CN=" + commonName + ",O=millrace");
            var end = now.atZone(ZoneOffset.UTC).plus(VALIDITY).toInstant();
            var builder = builder(name, name, keys, now, end)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return new CertificateAuthority(pair(sign(builder, keys.getPrivate()), keys), keys.getPrivate());
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make a certificate authority", e);
        }
    }

    /** Takes up an authority that was founded before. */
    static CertificateAuthority load(Pair pair) {
        try (var keys = new PEMParser(new StringReader(pair.key()))) {
            var encoded = keys.readPemObject().getContent();
            var key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return new CertificateAuthority(pair, key);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the certificate authority cannot be read", e);
        }
    }

    /** Returns its own certificate and key. */
    Pair own() {
        return pair;
    }

    /** Issues a certificate for both ends of a connection, valid from now on, and no longer than its own. */
    Pair issue(CertificateWish wish, Duration validity, Instant now) {
        try {
            var keys = newKeys();
            var issuer =
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
            var end = Certificates.end(certificate, validity, now);
            var builder = builder(issuer, name(wish.subject()), keys, now, end)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                        KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    }));
            var names = names(wish);
            if (names.length > 0) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            return pair(sign(builder, key), keys);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot issue a certificate for " + wish.subject(), e);
        }
    }

    private static GeneralName[] names(CertificateWish wish) {
        return Stream.concat(
                        wish.hosts().stream().sorted().map(host -> new GeneralName(GeneralName.dNSName, host)),
                        wish.addresses().stream()
                                .sorted()
                                .map(address -> new GeneralName(GeneralName.iPAddress, address)))
                .toArray(GeneralName[]::new);
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

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, KeyPair keys, Instant now, Instant end) {
        return new X509v3CertificateBuilder(
                issuer,
                new BigInteger(128, RANDOM),
                Date.from(now.minus(BACKDATED)),
                Date.from(end),
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
