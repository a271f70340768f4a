package io.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsSessionTest {
    @ParameterizedTest
    @CsvSource({
        "TLSv1.3, TLS_AES_256_GCM_SHA384,                        tlsv1.3, any,         aes_256_gcm,       aead",
        "TLSv1.3, TLS_CHACHA20_POLY1305_SHA256,                  tlsv1.3, any,         chacha20_poly1305, aead",
        "TLSv1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,         tlsv1.2, ecdhe_rsa,   aes_128_gcm,       aead",
        "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384,       tlsv1.2, ecdhe_ecdsa, aes_256_cbc,       sha384",
        "TLSv1.2, TLS_DHE_RSA_WITH_AES_128_CBC_SHA,              tlsv1.2, dhe_rsa,     aes_128_cbc,       sha",
        "TLSv1.2, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tlsv1.2, ecdhe_ecdsa, chacha20_poly1305, aead",
        "NONE,    SSL_NULL_WITH_NULL_NULL,                       none,    '',          ssl_null_with_null_null, ''",
    })
    void aCipherSuiteIsTakenApartIntoTheWordsOfRabbitMq(
            String protocol, String suite, String shownProtocol, String exchange, String cipher, String hash) {
        var session = TlsSession.of(protocol, suite, Optional.empty());

        assertThat(session).isEqualTo(new TlsSession(shownProtocol, exchange, cipher, hash, Optional.empty()));
    }
}
