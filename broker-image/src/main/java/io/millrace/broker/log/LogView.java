package io.millrace.broker.log;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * What lies in the log, for people who look. Nothing changes by that: no topic is made, no group's offset moves. Each answer comes within seconds; a stage fails with
 * {@link io.millrace.broker.model.ReplyCode#INTERNAL_ERROR} and the reason if the log does not answer, and what one broker of several does not say is absent, with the reason.
 */
public interface LogView extends AutoCloseable {
    /** All topics, the broker's own too. */
    CompletionStage<Set<String>> topicNames();

    /** Those of these topics that exist. */
    CompletionStage<List<TopicState>> topics(Collection<String> names);

    /** Settings of those topics that exist. */
    CompletionStage<Map<String, Settings>> settings(Collection<String> topics);

    /** How many bytes the leader of each partition of these topics has on its disk; of leaders that answer. */
    CompletionStage<Map<LogPart, Long>> sizes(Collection<TopicState> topics);

    /** Where the partitions of a topic begin and end. */
    CompletionStage<Map<Integer, Ends>> ends(TopicState topic);

    /** All groups of coordinators that answer. */
    CompletionStage<GroupNames> groupNames();

    /** What these groups do. */
    CompletionStage<Map<String, GroupState>> groups(Collection<GroupName> groups);

    /** Who votes in the quorum of the log's metadata. */
    CompletionStage<Voters> voters();

    /** Whether rules of the log let a user read a topic from wherever he comes; false if there are no rules at all. */
    CompletionStage<Boolean> mayRead(String user, String topic);

    /** Reads messages of transactions that are committed, and of none. Takes seconds at most; what was not reached by then is said. */
    CompletionStage<Browsed> browse(Browse browse);

    /** Ends what is asked. */
    @Override
    void close();

    /**
     * Settings of a topic.
     *
     * @param all those in force, wherever they come from
     * @param own those of them that were set for this topic
     */
    record Settings(Map<String, String> all, Map<String, String> own) {}

    /**
     * The offsets of a partition.
     *
     * @param end exclusive
     * @param reason why they are absent
     */
    record Ends(OptionalLong begin, OptionalLong end, Optional<String> reason) {}

    /**
     * Voters, by node id.
     *
     * @param caughtUp those that could take over; the leader is one of them
     */
    record Voters(Set<Integer> all, Set<Integer> caughtUp) {}

    /**
     * Groups.
     *
     * @param missing why there may be more of them
     */
    record GroupNames(List<GroupName> known, Optional<String> missing) {}

    /**
     * A group, as its coordinator lists it.
     *
     * @param type {@code classic}, {@code consumer}, {@code share} or {@code streams}
     * @param protocol of classic groups: {@code consumer}, {@code connect} or empty
     */
    record GroupName(String name, String type, String protocol, String state) {}
}
