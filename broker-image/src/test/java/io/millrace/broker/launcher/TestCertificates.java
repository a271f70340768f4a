package io.millrace.broker.launcher;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A CA, and certificates of it written as the operator would mount them. */
public final class TestCertificates {
    private final Path folder;
    private final X500Name authority;
    private final KeyPair authorityKeys = keys();

    public TestCertificates(Path folder) throws GeneralSecurityException, IOException {
        this(folder, "test-ca");
    }

    TestCertificates(Path folder, String name) throws GeneralSecurityException, IOException {
        authority = new X500Name("CN=" + name);
        this.folder = Files.createDirectories(folder);
        try {
            var own = new JcaX509v3CertificateBuilder(
                            authority,
                            BigInteger.ONE,
                            Date.from(Instant.now().minusSeconds(60)),
                            Date.from(Instant.now().plus(Duration.ofDays(1))),
                            authority,
                            authorityKeys.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            write(
                    "ca.crt",
                    own.build(new JcaContentSignerBuilder("SHA256withECDSA").build(authorityKeys.getPrivate())));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    /** Issues {@code <name>.crt} and {@code <name>.key} for {@code CN=<name>,O=millrace}. */
    public TlsFiles issue(String name, String... hosts) throws GeneralSecurityException, IOException {
        var keys = keys();
        var names = Arrays.stream(hosts)
                .map(host -> new GeneralName(GeneralName.dNSName, host))
                .toArray(GeneralName[]::new);
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    authority,
                    BigInteger.valueOf(System.nanoTime()),
                    Date.from(Instant.now().minusSeconds(60)),
                    Date.from(Instant.now().plus(Duration.ofDays(1))),
                    new X500Name("CN=" + name + ",O=millrace"),
                    keys.getPublic());
            if (names.length > 0) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(authorityKeys.getPrivate());
            write(name + ".crt", builder.build(signer));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
        write(name + ".key", new JcaPKCS8Generator(keys.getPrivate(), null));
        return TlsFiles.ofPod(folder, name);
    }

    /** The CA's certificate. */
    String authorityPem() throws IOException {
        return Files.readString(folder.resolve("ca.crt"));
    }

    Path folder() {
        return folder;
    }

    private void write(String file, Object content) throws IOException {
        var text = new StringWriter();
        try (var pem = new JcaPEMWriter(text)) {
            pem.writeObject(content);
        }
        Files.writeString(folder.resolve(file), text.toString());
    }

    private static KeyPair keys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }
}
