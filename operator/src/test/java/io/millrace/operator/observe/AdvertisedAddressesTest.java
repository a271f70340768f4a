package io.millrace.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.millrace.operator.desired.Outside;
import io.millrace.operator.desired.PodAddresses;
import io.millrace.operator.fixture.Specs;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AdvertisedAddressesTest {

    private static final String OUTSIDE = """
            replicas: 2
            storage: {size: 1Gi}
            listeners:
            - {name: kafka, protocol: kafka, port: 9092}
            - {name: out, protocol: kafka, port: 9094, type: loadbalancer}
            """;
    private static final Map<String, String> BALANCERS = Map.of("out.0", "a.example.net", "out.1", "b.example.net");

    @Test
    void podsAreMarkedWithWhatTheirBrokersWereTold() {
        var seen = seen(OUTSIDE, BALANCERS, new PodBuilder());

        assertThat(seen.unmarked()).isEqualTo(Map.of("orders-broker-1", "out.1=b.example.net:9094"));
        assertThat(seen.changed()).isEmpty();
    }

    @Test
    void aBrokerWhoseAddressIsAnotherNowIsToBeRestarted() {
        var seen = seen(OUTSIDE, BALANCERS, marked("out.1=former.example.net:9094"));

        assertThat(seen.unmarked()).isEmpty();
        assertThat(seen.changed())
                .isEqualTo(Map.of(1, "clients outside reach it by another address now: out.1=b.example.net:9094"));
    }

    @Test
    void theSameAddressIsNoChange() {
        assertThat(seen(OUTSIDE, BALANCERS, marked("out.1=b.example.net:9094")).changed())
                .isEmpty();
    }

    @Test
    void anAddressThatIsNotKnownJustNowIsNoOtherAddress() {
        var others = Map.of("out.0", "a.example.net");

        assertThat(seen(OUTSIDE, others, marked("out.1=b.example.net:9094")).changed())
                .isEmpty();
        assertThat(seen(OUTSIDE, others, new PodBuilder()).unmarked()).isEmpty();
    }

    @Test
    void aPodThatGoesIsLeftAlone() {
        var going = marked("out.1=former.example.net:9094")
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata();

        assertThat(seen(OUTSIDE, BALANCERS, going).changed()).isEmpty();
    }

    @Test
    void brokersThatAreReachedFromInsideOnlyHaveNoMark() {
        var inside = "replicas: 2\nstorage: {size: 1Gi}\nlisteners: [{name: kafka, protocol: kafka, port: 9092}]\n";

        assertThat(seen(inside, Map.of(), new PodBuilder()).unmarked()).isEmpty();
    }

    private static PodBuilder marked(String addresses) {
        return new PodBuilder()
                .withNewMetadata()
                .addToAnnotations(PodAddresses.ANNOTATION, addresses)
                .endMetadata();
    }

    private static AdvertisedAddresses seen(String spec, Map<String, String> balancers, PodBuilder second) {
        Pod pod = second.editOrNewMetadata()
                .withName("orders-broker-1")
                .endMetadata()
                .build();
        return AdvertisedAddresses.of(Specs.orders(spec), new Outside(Set.of(), Map.of(), balancers), Stream.of(pod));
    }
}
