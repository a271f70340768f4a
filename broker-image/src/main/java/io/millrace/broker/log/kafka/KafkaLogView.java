package io.millrace.broker.log.kafka;

import io.millrace.broker.log.Browse;
import io.millrace.broker.log.Browsed;
import io.millrace.broker.log.GroupState;
import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.LogView;
import io.millrace.broker.log.TopicState;
import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ReplyCode;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;

/** {@link LogView} by Kafka's clients: an Admin of its own, so that long lists hold up no queue, and a consumer for each browse. */
final class KafkaLogView implements LogView {
    /** For one question; up to three one after the other make an answer, which has to come within eight seconds. */
    private static final int PATIENCE_MS = 2_500;

    private final Admin admin;
    private final TopicReader topics;
    private final GroupReader groups;
    private final RecordBrowser records;
    private final Executor blocking;

    /**
     * @param blocking where browses wait for brokers
     */
    KafkaLogView(KafkaClients clients, Executor blocking) {
        admin = clients.viewer(PATIENCE_MS);
        topics = new TopicReader(admin);
        groups = new GroupReader(admin);
        records = new RecordBrowser(() -> clients.browser(PATIENCE_MS));
        this.blocking = blocking;
    }

    @Override
    public CompletionStage<Set<String>> topicNames() {
        return answered(topics::names);
    }

    @Override
    public CompletionStage<List<TopicState>> topics(Collection<String> names) {
        return answered(() -> topics.describe(names));
    }

    @Override
    public CompletionStage<Map<String, Settings>> settings(Collection<String> names) {
        return answered(() -> topics.settings(List.copyOf(names)));
    }

    @Override
    public CompletionStage<Map<LogPart, Long>> sizes(Collection<TopicState> states) {
        return answered(() -> topics.sizes(states));
    }

    @Override
    public CompletionStage<Map<Integer, Ends>> ends(TopicState topic) {
        return answered(() -> topics.ends(topic));
    }

    @Override
    public CompletionStage<GroupNames> groupNames() {
        return answered(groups::names);
    }

    @Override
    public CompletionStage<Map<String, GroupState>> groups(Collection<GroupName> names) {
        return answered(() -> groups.look(names));
    }

    @Override
    public CompletionStage<Voters> voters() {
        return answered(() -> VoterReader.read(admin));
    }

    /** What an entry allows from one address only does not count: from where the log would be read is not known. */
    @Override
    public CompletionStage<Boolean> mayRead(String user, String topic) {
        var ofTopic = new AclBindingFilter(
                new ResourcePatternFilter(ResourceType.TOPIC, topic, PatternType.MATCH), AccessControlEntryFilter.ANY);
        return answered(() -> admin.describeAcls(ofTopic)
                .values()
                .toCompletionStage()
                .thenApply(acls -> ReadRights.allow(acls, user))
                .exceptionally(failure -> {
                    if (KafkaTopics.unwrap(failure) instanceof SecurityDisabledException) {
                        return false;
                    }
                    throw new CompletionException(KafkaTopics.unwrap(failure));
                }));
    }

    @Override
    public CompletionStage<Browsed> browse(Browse browse) {
        return answered(() -> CompletableFuture.supplyAsync(() -> records.read(browse), blocking));
    }

    /** What is asked, with a failure in the words of {@link LogView}. */
    private static <T> CompletionStage<T> answered(Supplier<CompletionStage<T>> question) {
        return question.get().exceptionally(failure -> {
            throw new ChannelError(
                    ReplyCode.INTERNAL_ERROR, "the log does not answer: " + reason(KafkaTopics.unwrap(failure)));
        });
    }

    /** Kafka's words for a failure. */
    static String reason(Throwable failure) {
        var words = failure.getMessage();
        return words == null ? failure.getClass().getSimpleName() : words;
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
