package io.millrace.operator.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operator.fixture.Authorities;
import io.millrace.operator.fixture.Authorities.Made;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GivenAuthorityTest {

    /** Of nobody: made for this test by openssl ecparam -genkey. */
    private static final String SEC_1 = """
            -----BEGIN EC PARAMETERS-----
            BggqhkjOPQMBBw==
            -----END EC PARAMETERS-----
            -----BEGIN EC PRIVATE KEY-----
            MHcCAQEEIH2d1Bu5nW/xcly+2QscBu80/zIRPvDTmPK2p3CRKzQjoAoGCCqGSM49
            AwEHoUQDQgAEzq4RFKC2WHGXly4ZFSbmsF0c4n/P85SdCz+3R7xogDgSeGAUy7bx
            +fInKdTekh0VvsY2cZEe4SofZtc/HK8StA==
            -----END EC PRIVATE KEY-----
            """;

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Made ROOT = Authorities.root("root", NOW);
    private static final Made OTHER = Authorities.root("other", NOW);
    private static final Made UPPER = ROOT.intermediate("upper", NOW);
    private static final Made LOWER = UPPER.intermediate("lower", NOW);

    @Test
    void aRootIsItsOwnAnchor() {
        assertThat(issuer(ROOT.files())).isEqualTo(Issuer.selfSigned(ROOT.certificate()));
        assertThat(issuer(without(ROOT.files(), "ca.crt"))).isEqualTo(Issuer.selfSigned(ROOT.certificate()));
        assertThat(issuer(ROOT.files()).shown()).isEmpty();
    }

    @Test
    void anIntermediateShowsAllUpToTheRoot() {
        var issuer = issuer(LOWER.files());

        assertThat(issuer.certificate()).isEqualTo(LOWER.certificate());
        assertThat(issuer.shown()).containsExactly(LOWER.certificate(), UPPER.certificate());
        assertThat(issuer.anchors()).containsExactly(ROOT.certificate());
    }

    @Test
    void keysOfRsaInTheirOldFormatAreRead() {
        var keys = Authorities.keyPair("RSA", 2048);
        var rsa = Authorities.root("rsa", keys, NOW, NOW.plus(Duration.ofDays(1)));

        assertThat(rsa.files().get("tls.key")).startsWith("-----BEGIN RSA PRIVATE KEY-----");
        assertThat(issuer(rsa.files()).certificate()).isEqualTo(rsa.certificate());
    }

    @Test
    void keysOfEllipticCurvesAreReadAsOpensslWritesThem() {
        assertThat(PrivateKeys.read(SEC_1)).isPresent();
        assertThat(PrivateKeys.read(SEC_1.substring(0, 200))).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void whatCannotBeUsedSaysWhy(String problem, Map<String, String> files) {
        assertThat(GivenAuthority.of("corporate", Optional.of(files), NOW.plusSeconds(60)))
                .isInstanceOfSatisfying(GivenAuthority.Unusable.class, unusable -> assertThat(unusable.problem())
                        .startsWith("Secret corporate: ")
                        .contains(problem));
    }

    static List<Arguments> whatCannotBeUsedSaysWhy() {
        var ended = Authorities.root("ended", Authorities.keyPair("EC", 256), NOW.minusSeconds(60), NOW);
        var early = Authorities.root("early", Authorities.keyPair("EC", 256), NOW.plusSeconds(90), NOW.plusSeconds(99));
        return List.of(
                Arguments.of("tls.crt holds no certificate", Map.of()),
                Arguments.of("tls.crt holds no certificate", with(ROOT.files(), "tls.crt", "nonsense")),
                Arguments.of("tls.key holds no private key", without(ROOT.files(), "tls.key")),
                Arguments.of("tls.key holds no private key", with(ROOT.files(), "tls.key", "nonsense")),
                Arguments.of(
                        "tls.key is not the key of the first certificate",
                        with(ROOT.files(), "tls.key", OTHER.files().getOrDefault("tls.key", ""))),
                Arguments.of("is not one of a CA", ROOT.leaf("nobody", NOW).files()),
                Arguments.of("CN=ended has ended at 2026-01-01T00:00:00Z", ended.files()),
                Arguments.of("CN=early begins at", early.files()),
                Arguments.of(
                        "CN=upper is not issued by CN=other",
                        with(
                                UPPER.files(),
                                "tls.crt",
                                Certificates.pem(List.of(UPPER.certificate(), OTHER.certificate())))),
                Arguments.of(
                        "no certificate in ca.crt has issued CN=upper",
                        with(UPPER.files(), "ca.crt", Certificates.pem(List.of(OTHER.certificate())))));
    }

    @Test
    void aSecretThatIsMissingSaysWhatToDo() {
        assertThat(GivenAuthority.of("corporate", Optional.empty(), NOW))
                .isEqualTo(
                        new GivenAuthority.Unusable("there is no Secret corporate: make it, with tls.crt and tls.key"));
    }

    private static Issuer issuer(Map<String, String> files) {
        var read = GivenAuthority.of("corporate", Optional.of(files), NOW.plusSeconds(60));
        assertThat(read).isInstanceOf(GivenAuthority.Usable.class);
        return ((GivenAuthority.Usable) read).issuer();
    }

    private static Map<String, String> with(Map<String, String> files, String name, String content) {
        var changed = new HashMap<>(files);
        changed.put(name, content);
        return changed;
    }

    private static Map<String, String> without(Map<String, String> files, String name) {
        var changed = new HashMap<>(files);
        changed.remove(name);
        return changed;
    }
}
