package io.millrace.broker.log.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The setting of a topic by which its replicas flush each message: the leader before it answers, a follower before it fetches on. */
final class TopicFlush {
    private static final String KEY = "flush.messages";

    /** The setting in force. */
    static final Map<String, String> EACH_MESSAGE = Map.of(KEY, "1");

    private static final Logger LOG = LoggerFactory.getLogger(TopicFlush.class);

    private final Admin admin;

    TopicFlush(Admin admin) {
        this.admin = admin;
    }

    /**
     * Puts it in force or takes it away. The controller is told, not asked before: it leaves alone what is so already, and unlike a broker it knows the newest.
     *
     * @return the topics for which this was done or that are gone
     */
    CompletionStage<Set<String>> set(Map<String, Boolean> topics) {
        var request = new HashMap<ConfigResource, Collection<AlterConfigOp>>();
        topics.forEach((topic, flushed) ->
                request.put(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(operation(flushed))));
        Set<String> done = ConcurrentHashMap.newKeySet();
        var waits = new ArrayList<CompletableFuture<?>>();
        admin.incrementalAlterConfigs(request)
                .values()
                .forEach((resource, answer) -> waits.add(answer.toCompletionStage()
                        .handle((set, failure) -> {
                            if (failure == null
                                    || KafkaTopics.unwrap(failure) instanceof UnknownTopicOrPartitionException) {
                                done.add(resource.name());
                            } else {
                                LOG.debug("{} of {}: {}", KEY, resource.name(), failure.toString());
                            }
                            return resource;
                        })
                        .toCompletableFuture()));
        return CompletableFuture.allOf(waits.toArray(CompletableFuture[]::new)).thenApply(all -> Set.copyOf(done));
    }

    private static AlterConfigOp operation(boolean flushed) {
        return flushed
                ? new AlterConfigOp(new ConfigEntry(KEY, EACH_MESSAGE.get(KEY)), OpType.SET)
                : new AlterConfigOp(new ConfigEntry(KEY, null), OpType.DELETE);
    }
}
