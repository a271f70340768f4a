package io.millrace.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.api.v1alpha1.Topic;
import io.millrace.operator.scale.TopicWishes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScaleObserverTest {

    @Test
    void topicsAskForReplicasOrLeaveThemToTheCluster() {
        var wishes = ScaleObserver.wishes(List.of(
                topic("free", ""), topic("three", "replicas: 3"), topic("two", "replicas: 2\nminInSyncReplicas: 1")));

        assertThat(wishes)
                .isEqualTo(new TopicWishes(
                        Set.of("free"),
                        Map.of(
                                "three", new TopicWishes.Wish(3, Optional.empty()),
                                "two", new TopicWishes.Wish(2, Optional.of(1)))));
    }

    @Test
    void theOldestObjectOfATopicCounts() {
        var wishes = ScaleObserver.wishes(List.of(
                topic("a", "replicas: 3"), topic("b", "topicName: a"), topic("c", "topicName: a\nreplicas: 1")));

        assertThat(wishes).isEqualTo(new TopicWishes(Set.of(), Map.of("a", new TopicWishes.Wish(3, Optional.empty()))));
    }

    @Test
    void whoOnlyLooksAsksForNothing() {
        assertThat(ScaleObserver.wishes(
                        List.of(topic("a", "replicas: 3\nmanagement: Observe"), topic("b", "management: Paused"))))
                .isEqualTo(TopicWishes.NONE);
    }

    private static Topic topic(String name, String spec) {
        return Serialization.unmarshal("""
                apiVersion: millrace.io/v1alpha1
                kind: Topic
                metadata: {name: %s}
                spec:
                  cluster: {name: orders}
                %s
                """.formatted(name, spec.indent(2)), Topic.class);
    }
}
