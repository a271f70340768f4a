package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import org.junit.jupiter.api.Test;

class DifferenceTest {

    @Test
    void missingObjectDiffers() {
        assertThat(Difference.exists(map("a"), null)).isTrue();
    }

    @Test
    void whatTheServerAddsIsNoDifference() {
        var actual = new ConfigMapBuilder(map("a"))
                .editMetadata()
                .withUid("u")
                .addToLabels("theirs", "x")
                .endMetadata()
                .build();

        assertThat(Difference.exists(map("a"), actual)).isFalse();
    }

    @Test
    void changedAndRemovedValuesDiffer() {
        assertThat(Difference.exists(map("a"), map("b"))).isTrue();
        var more = Difference.marked(
                new ConfigMapBuilder(map("a")).addToData("extra", "x").build());
        assertThat(Difference.exists(map("a"), more)).isTrue();
    }

    @Test
    void sameAmountInOtherWordsIsNoDifference() {
        assertThat(Difference.exists(set("1000m"), set("1"))).isFalse();
        assertThat(Difference.exists(set("1"), set("2"))).isTrue();
    }

    @Test
    void aDifferenceIsOthersWhenWhatWeWroteLastIsWhatWeWant() {
        var changedByHand =
                new ConfigMapBuilder(map("a")).addToData("key", "theirs").build();

        assertThat(Difference.isOthers(map("a"), changedByHand)).isTrue();
        assertThat(Difference.isOthers(map("a"), null)).isTrue();
        assertThat(Difference.isOthers(map("a"), map("b")))
                .as("our own older wish")
                .isFalse();
    }

    private static ConfigMap map(String value) {
        return Difference.marked(new ConfigMapBuilder()
                .withNewMetadata()
                .withName("m")
                .endMetadata()
                .addToData("key", value)
                .build());
    }

    private static io.fabric8.kubernetes.api.model.apps.StatefulSet set(String cpu) {
        return new StatefulSetBuilder()
                .withNewSpec()
                .withNewTemplate()
                .withNewSpec()
                .addNewContainer()
                .withResources(new ResourceRequirementsBuilder()
                        .addToRequests("cpu", new Quantity(cpu))
                        .build())
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }
}
