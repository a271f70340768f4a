package io.millrace.operator.apply;

import io.millrace.operator.desired.CertificateWish;
import io.millrace.operator.trust.Certificates;
import io.millrace.operator.trust.Issuer;
import io.millrace.operator.trust.PrivateKeys;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
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
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** An authority of one cluster: it says which pods belong to it and which operator, or who the users are. */
final class CertificateAuthority {

    private static final int NAME_BITS = 32;
    /** Clocks of nodes differ. */
    private static final Duration BACKDATED = Duration.ofDays(1);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Issuer issuer;
    private final PrivateKey key;

    /**
     * A certificate and its key.
     *
     * @param certificate PEM
     * @param key PEM, PKCS#8
     */
    record Pair(String certificate, String key) {}

    private CertificateAuthority(Issuer issuer, PrivateKey key) {
        this.issuer = issuer;
        this.key = key;
    }

    /**
     * Founds an authority.
     *
     * @param commonName what its name begins with; the whole is its own, so that nobody takes it for the one before
     * @param validity how long it is valid
     */
    static Pair found(String commonName, Duration validity, Instant now) {
        try {
            var keys = newKeys();
            var name = name("CN=%s-%08x,O=millrace".formatted(commonName, new BigInteger(NAME_BITS, RANDOM)));
            var identifiers = new JcaX509ExtensionUtils();
            var builder = builder(name, name, keys, now, now.plus(validity))
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            identifiers.createSubjectKeyIdentifier(keys.getPublic()));
            return pair(sign(builder, keys.getPrivate()), keys);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make a certificate authority", e);
        }
    }

    /** Takes up an authority that was founded before, or given. */
    static CertificateAuthority load(Issuer issuer, String key) {
        return new CertificateAuthority(
                issuer,
                PrivateKeys.read(key)
                        .orElseThrow(() -> new IllegalStateException("the key of "
                                + issuer.certificate().getSubjectX500Principal().getName() + " cannot be read")));
    }

    /** Issues a certificate for both ends of a connection, valid from now on, and no longer than its own. */
    Pair issue(CertificateWish wish, Duration validity, Instant now) {
        try {
            var keys = newKeys();
            var own = issuer.certificate();
            var end = Certificates.end(own, validity, now);
            var builder = builder(
                            X500Name.getInstance(own.getSubjectX500Principal().getEncoded()),
                            name(wish.subject()),
                            keys,
                            now,
                            end)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                        KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    }));
            // Of two authorities of one name this tells which; those of earlier operators say nothing of it.
            if (own.getExtensionValue(Extension.subjectKeyIdentifier.getId()) != null) {
                builder.addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(own));
            }
            var names = names(wish);
            if (names.length > 0) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            var leaf = pair(sign(builder, key), keys);
            return new Pair(leaf.certificate() + Certificates.pem(issuer.shown()), leaf.key());
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
        return builder.build(new JcaContentSignerBuilder(PrivateKeys.signature(key)).build(key));
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
