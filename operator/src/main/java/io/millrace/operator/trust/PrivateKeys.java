package io.millrace.operator.trust;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

/** Reads private keys as people and tools write them: PKCS#8, PKCS#1 or SEC 1, in PEM. */
public final class PrivateKeys {

    private static final int BITS_OF_P384 = 384;
    private static final int BITS_OF_P521 = 521;

    private PrivateKeys() {}

    /** Reads the first key of a PEM file; empty if there is none that is RSA, EC or EdDSA and not encrypted. */
    public static Optional<PrivateKey> read(String pem) {
        try (var parser = new PEMParser(new StringReader(pem))) {
            // What openssl writes of a curve comes before the key.
            for (var found = parser.readObject(); found != null; found = parser.readObject()) {
                if (found instanceof PEMKeyPair pair) {
                    return decode(pair.getPrivateKeyInfo());
                }
                if (found instanceof PrivateKeyInfo info) {
                    return decode(info);
                }
            }
            return Optional.empty();
        } catch (IOException | GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Optional<PrivateKey> decode(PrivateKeyInfo info) throws IOException, GeneralSecurityException {
        var encoded = new PKCS8EncodedKeySpec(info.getEncoded());
        for (var algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(encoded));
            } catch (InvalidKeySpecException e) {
                // The next, then.
            }
        }
        return Optional.empty();
    }

    /** Returns how a key signs. */
    public static String signature(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> ofCurve(key);
            default -> "Ed25519";
        };
    }

    private static String ofCurve(PrivateKey key) {
        var bits = key instanceof ECKey curve
                ? curve.getParams().getCurve().getField().getFieldSize()
                : 0;
        return switch (bits) {
            case BITS_OF_P384 -> "SHA384withECDSA";
            case BITS_OF_P521 -> "SHA512withECDSA";
            default -> "SHA256withECDSA";
        };
    }

    /** Returns whether a key is that of a certificate. */
    public static boolean belongs(PrivateKey key, X509Certificate certificate) {
        var probe = "probe".getBytes(StandardCharsets.US_ASCII);
        try {
            var signer = Signature.getInstance(signature(key));
            signer.initSign(key);
            signer.update(probe);
            var signed = signer.sign();
            signer.initVerify(certificate.getPublicKey());
            signer.update(probe);
            return signer.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // a key of another kind
        }
    }
}
