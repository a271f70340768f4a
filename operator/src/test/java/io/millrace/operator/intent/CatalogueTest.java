package io.millrace.operator.intent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.operator.fixture.Specs;
import io.millrace.operator.status.Reason;
import org.junit.jupiter.api.Test;

class CatalogueTest {

    private final Catalogue catalogue = Catalogue.parse("4.10.0=c,4.2.1=a, 4.3=b");

    @Test
    void newestVersionIsTheDefault() {
        assertThat(catalogue.versions()).containsExactly("4.2.1", "4.3", "4.10.0");
        assertThat(catalogue.defaultVersion()).isEqualTo("4.10.0");
    }

    @Test
    void eachVersionHasItsImage() {
        assertThat(catalogue.image("4.2.1")).contains("a");
        assertThat(catalogue.image("4.3")).contains("b");
    }

    @Test
    void aVersionThatIsNotInItIsRefusedWithThoseThatAre() {
        assertThat(parse("version: 4.4.0"))
                .isEqualTo(new Parsed.Invalid<>(
                        Reason.UNKNOWN_VERSION, "version 4.4.0 is not known; this operator runs [4.2.1, 4.3, 4.10.0]"));
    }

    @Test
    void aMetadataVersionThatIsNotKnownIsRefusedWithThoseThatAre() {
        assertThat(parse("metadataVersion: 9.9-IV0"))
                .isInstanceOfSatisfying(Parsed.Invalid.class, invalid -> assertThat(invalid.problem())
                        .contains("9.9-IV0 is not known", "auto", "4.2-IV1, 4.3-IV0"));
    }

    @Test
    void optionsOfAllBrokersComeBeforeThoseOfACluster() {
        var cluster = Specs.cluster("""
                replicas: 3
                storage: {size: 1Gi}
                jvm: {log: [-Xmx1g]}
                """);

        assertThat(BrokerClusterIntent.parse(cluster, catalogue.runWith(" -XX:+UseZGC  -Xmx9g ")))
                .isInstanceOfSatisfying(Parsed.Valid.class, valid -> {
                    var intent = (BrokerClusterIntent) valid.intent();
                    assertThat(intent.log().javaOptions()).containsExactly("-XX:+UseZGC", "-Xmx9g", "-Xmx1g");
                    assertThat(intent.queueLayer().javaOptions())
                            .containsExactly("-XX:+UseZGC", "-Xmx9g", "-Xms256m", "-Xmx512m");
                });
    }

    @Test
    void nonsenseIsRefused() {
        for (var text : new String[] {"", "4.3.1", "=a", "4.3.1=", "new=a", "4..3=a", "4.3.1=a,"}) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> Catalogue.parse(text));
        }
    }

    private Parsed<BrokerClusterIntent> parse(String line) {
        return BrokerClusterIntent.parse(Specs.cluster("replicas: 3\nstorage: {size: 1Gi}\n" + line + "\n"), catalogue);
    }
}
