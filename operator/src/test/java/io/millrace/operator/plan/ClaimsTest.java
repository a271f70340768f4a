package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.User;
import io.millrace.operator.fixture.Specs;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The cluster lies in namespace shop. */
class ClaimsTest {

    private static final String EARLY = "2026-01-01T00:00:00Z";
    private static final String LATE = "2026-01-01T00:00:01Z";

    @Test
    void olderObjectIsTheOneThatCounts() {
        var older = user("shop", "z", EARLY);
        var younger = user("shop", "a", LATE);

        assertThat(Claims.older(younger, List.of(older, younger), allowing(""))).contains(older);
        assertThat(Claims.older(older, List.of(older, younger), allowing(""))).isEmpty();
    }

    @Test
    void ofTwoOfOneAgeAlwaysTheSameCounts() {
        var one = user("shop", "a", EARLY);
        var other = user("shop", "b", EARLY);

        assertThat(Claims.older(other, List.of(other, one), allowing(""))).contains(one);
        assertThat(Claims.older(one, List.of(other, one), allowing(""))).isEmpty();
    }

    @Test
    void objectThatIsBeingDeletedClaimsNothing() {
        var older = user("shop", "a", EARLY);
        older.getMetadata().setDeletionTimestamp(LATE);
        var younger = user("shop", "b", LATE);

        assertThat(Claims.older(younger, List.of(older, younger), allowing(""))).isEmpty();
    }

    @Test
    void objectOfANamespaceThatMayNotUseTheClusterClaimsNothing() {
        var squatter = user("evil", "a", EARLY);
        var rightful = user("shop", "b", LATE);

        assertThat(Claims.older(rightful, List.of(squatter, rightful), allowing("")))
                .isEmpty();
        assertThat(Claims.older(rightful, List.of(squatter, rightful), allowing("friends")))
                .isEmpty();
    }

    @Test
    void objectOfANamespaceThatMayUseTheClusterDoes() {
        var older = user("friends", "a", EARLY);
        var younger = user("shop", "b", LATE);

        assertThat(Claims.older(younger, List.of(older, younger), allowing("friends")))
                .contains(older);
        assertThat(Claims.older(younger, List.of(older, younger), allowing("\"*\"")))
                .contains(older);
    }

    @Test
    void rightfulObjectIsTheOneThatCountsForOneThatMayNotUseTheClusterWhateverTheirAge() {
        var squatter = user("evil", "a", EARLY);
        var rightful = user("shop", "b", LATE);

        assertThat(Claims.older(squatter, List.of(squatter, rightful), allowing("")))
                .contains(rightful);
    }

    @Test
    void withoutTheClusterNobodyIsLeftOut() {
        var older = user("elsewhere", "a", EARLY);
        var younger = user("shop", "b", LATE);

        assertThat(Claims.older(younger, List.of(older, younger), Optional.empty()))
                .contains(older);
    }

    private static Optional<BrokerCluster> allowing(String namespaces) {
        return Optional.of(
                Specs.cluster("replicas: 1\nstorage: {size: 1Gi}\nallowedNamespaces: [%s]".formatted(namespaces)));
    }

    private static User user(String namespace, String uid, String created) {
        var user = new User();
        user.setMetadata(new ObjectMetaBuilder()
                .withNamespace(namespace)
                .withName("payments")
                .withUid(uid)
                .withCreationTimestamp(created)
                .build());
        return user;
    }
}
