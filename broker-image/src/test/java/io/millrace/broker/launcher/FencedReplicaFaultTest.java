package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord.BrokerEndpoint;
import org.apache.kafka.common.metadata.RegisterBrokerRecord.BrokerEndpointCollection;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.apache.kafka.metadata.MetadataCache;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FencedReplicaFaultTest {
    private final FencedReplicaFault filter = new FencedReplicaFault();

    /** With a Kafka that throws nothing here any more the filter can go. */
    @Test
    void whatKafkaThrowsForAReplicaThatIsAwayIsNotLogged() {
        var fault = catchThrowable(() -> MetadataCache.toCluster("cluster", withABrokerThatIsAway()));

        assertThat(fault).isInstanceOf(NullPointerException.class);
        assertThat(decide(fault)).isEqualTo(FilterReply.DENY);
    }

    @Test
    void everythingElseIsLogged() {
        assertThat(decide(new NullPointerException())).isEqualTo(FilterReply.NEUTRAL);
        assertThat(decide(new IllegalStateException())).isEqualTo(FilterReply.NEUTRAL);
        assertThat(decide(null)).isEqualTo(FilterReply.NEUTRAL);
    }

    private FilterReply decide(@Nullable Throwable thrown) {
        var logger = new LoggerContext().getLogger("org.apache.kafka");
        return filter.decide(new LoggingEvent("", logger, Level.ERROR, "a fault", thrown, null));
    }

    private static MetadataImage withABrokerThatIsAway() {
        var topic = Uuid.randomUuid();
        var delta = new MetadataDelta.Builder().build();
        delta.replay(broker(0, false));
        delta.replay(broker(1, true));
        delta.replay(new TopicRecord().setName("orders").setTopicId(topic));
        delta.replay(new PartitionRecord()
                .setTopicId(topic)
                .setReplicas(List.of(0, 1))
                .setIsr(List.of(0))
                .setLeader(0));
        return delta.apply(MetadataProvenance.EMPTY);
    }

    private static RegisterBrokerRecord broker(int id, boolean fenced) {
        var endpoints = new BrokerEndpointCollection();
        endpoints.add(
                new BrokerEndpoint().setName("PLAINTEXT").setHost("localhost").setPort(9092 + id));
        return new RegisterBrokerRecord()
                .setBrokerId(id)
                .setIncarnationId(Uuid.randomUuid())
                .setFenced(fenced)
                .setEndPoints(endpoints);
    }
}
