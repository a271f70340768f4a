package io.millrace.broker.launcher;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The settings of the one Kafka node of {@code standalone}: broker and controller in one, on loopback, small and quick to start.
 *
 * @param kafkaPort port for clients
 * @param controllerPort port of the controller, for this process only
 * @param logDirectory where the log lies
 * @param own Kafka settings of the user's own; they win over what is chosen here
 */
record StandaloneKafka(int kafkaPort, int controllerPort, Path logDirectory, Map<String, String> own) {
    static final int NODE_ID = 0;
    static final String CONTROLLER_LISTENER = "CONTROLLER";
    private static final String HOST = "localhost";

    StandaloneKafka {
        own = Map.copyOf(own);
    }

    String controllerEndpoint() {
        return HOST + ":" + controllerPort;
    }

    /** The address for clients. */
    String bootstrap() {
        return HOST + ":" + kafkaPort;
    }

    /** All of it as Kafka properties. */
    Map<String, String> properties() {
        var all = new HashMap<String, String>();
        all.put("node.id", Integer.toString(NODE_ID));
        all.put("process.roles", "broker,controller");
        all.put("listeners", "CLIENT://" + bootstrap() + "," + CONTROLLER_LISTENER + "://" + controllerEndpoint());
        all.put("advertised.listeners", "CLIENT://" + bootstrap());
        all.put("listener.security.protocol.map", "CLIENT:PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
        all.put("inter.broker.listener.name", "CLIENT");
        all.put("controller.listener.names", CONTROLLER_LISTENER);
        all.put("controller.quorum.bootstrap.servers", controllerEndpoint());
        all.put("log.dirs", logDirectory.toString());
        all.put("auto.create.topics.enable", "true");
        all.putAll(singleCopy());
        all.putAll(QueueLayerNeeds.kafkaProperties());
        all.putAll(smallAndQuick());
        all.putAll(own);
        return all;
    }

    private static Map<String, String> singleCopy() {
        return Map.of(
                "default.replication.factor", "1",
                "min.insync.replicas", "1",
                "offsets.topic.replication.factor", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1");
    }

    private static Map<String, String> smallAndQuick() {
        return Map.ofEntries(
                Map.entry("offsets.topic.num.partitions", "4"),
                Map.entry("transaction.state.log.num.partitions", "4"),
                Map.entry("share.coordinator.state.topic.num.partitions", "4"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("broker.heartbeat.interval.ms", "500"),
                Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "4"),
                Map.entry("num.recovery.threads.per.data.dir", "2"),
                Map.entry("log.cleaner.dedupe.buffer.size", "16777216"),
                // A start after a crash waits until the controller has given up the node's former life.
                Map.entry("broker.session.timeout.ms", "3000"));
    }
}
