package io.millrace.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** A Kafka topic. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@Plural("topics")
@ShortNames("tp")
@ValidationRule(
        value = "has(self.spec.topicName) || !self.metadata.name.matches('^(amqp|q|s)[.].*')",
        message = "topic names that begin with amqp., q. or s. belong to the queue layer; choose another name")
public class Topic extends CustomResource<TopicSpec, TopicStatus> implements Namespaced {

    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable TopicSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable TopicStatus initStatus() {
        return null;
    }
}
