package io.millrace.broker.server;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.security.auth.x500.X500Principal;

/** Where the name of the user stands in a client's certificate (RabbitMQ's {@code ssl_cert_login_from}). */
public enum CertificateLogin {
    /** The common name of the subject; several are joined with commas, as in RabbitMQ. */
    COMMON_NAME {
        @Override
        Optional<String> name(X509Certificate certificate) {
            return commonName(certificate.getSubjectX500Principal());
        }
    },
    /** The whole subject as RFC 4514 writes it, the part that is encoded last first: {@code CN=shop,O=example}. */
    DISTINGUISHED_NAME {
        @Override
        Optional<String> name(X509Certificate certificate) {
            return Optional.of(TlsSession.text(certificate.getSubjectX500Principal()))
                    .filter(name -> !name.isEmpty());
        }
    },
    /** The first DNS name among the subject's alternative names. */
    SUBJECT_ALTERNATIVE_NAME {
        @Override
        Optional<String> name(X509Certificate certificate) {
            return firstDnsName(certificate);
        }
    };

    private static final int DNS_NAME = 2; // RFC 5280, GeneralName

    /** The user that a certificate names; empty if it names none. */
    abstract Optional<String> name(X509Certificate certificate);

    /** The value with that word, such as {@code common_name}. */
    public static Optional<CertificateLogin> of(String word) {
        return Arrays.stream(values()).filter(one -> one.word().equals(word)).findFirst();
    }

    /** The words of all values. */
    public static List<String> words() {
        return Arrays.stream(values()).map(CertificateLogin::word).toList();
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Optional<String> commonName(X500Principal subject) {
        try {
            var names = new LdapName(subject.getName(X500Principal.RFC2253))
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("CN"))
                            .map(part -> part.getValue().toString())
                            .collect(Collectors.joining(","));
            return Optional.of(names).filter(name -> !name.isEmpty());
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> firstDnsName(X509Certificate certificate) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? Optional.empty()
                    : names.stream()
                            .filter(name -> name.getFirst().equals(DNS_NAME))
                            .map(name -> name.get(1).toString())
                            .findFirst();
        } catch (CertificateParsingException e) {
            return Optional.empty();
        }
    }
}
