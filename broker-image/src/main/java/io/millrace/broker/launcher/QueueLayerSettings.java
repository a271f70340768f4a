package io.millrace.broker.launcher;

import java.util.Map;
import java.util.Optional;

/**
 * What the launcher tells the queue layer.
 *
 * @param podName stable name of this instance, unique in the cluster
 * @param bindHost address to listen on
 * @param amqpPort port of the AMQP 0-9-1 listener, 0 for none without TLS
 * @param managementPort port of the management HTTP API
 * @param managementTls the same with TLS, if there is to be one
 * @param kafka how every Kafka client connects: {@code bootstrap.servers} and, in clusters, the security settings
 * @param options everything else from {@code queues.properties} ({@code millrace.queues.*})
 * @param standalone true for the developer's broker on one machine, where guest/guest may log in
 */
public record QueueLayerSettings(
        String podName,
        String bindHost,
        int amqpPort,
        int managementPort,
        Optional<ManagementTls> managementTls,
        Map<String, String> kafka,
        Map<String, String> options,
        boolean standalone) {
    public QueueLayerSettings {
        kafka = Map.copyOf(kafka);
        options = Map.copyOf(options);
    }
}
