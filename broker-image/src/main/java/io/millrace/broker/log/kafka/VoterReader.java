package io.millrace.broker.log.kafka;

import io.millrace.broker.log.LogView.Voters;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.QuorumInfo.ReplicaState;

/** The quorum of Kafka's metadata, as its leader tells it. */
final class VoterReader {
    /** A voter further behind than this is not counted as one that could take over. */
    private static final Duration CAUGHT_UP = Duration.ofSeconds(5);

    private VoterReader() {}

    static CompletionStage<Voters> read(Admin admin) {
        return admin.describeMetadataQuorum().quorumInfo().toCompletionStage().thenApply(VoterReader::voters);
    }

    private static Voters voters(QuorumInfo quorum) {
        return voters(
                quorum.leaderId(),
                quorum.voters().stream().collect(Collectors.toMap(ReplicaState::replicaId, VoterReader::caughtUpMs)));
    }

    /** @param caughtUpMs when each voter knew everything, for the last time */
    static Voters voters(int leader, Map<Integer, Long> caughtUpMs) {
        long newest = caughtUpMs.values().stream().mapToLong(time -> time).max().orElse(0);
        return new Voters(
                caughtUpMs.keySet(),
                caughtUpMs.entrySet().stream()
                        .filter(voter -> voter.getKey() == leader || newest - voter.getValue() <= CAUGHT_UP.toMillis())
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet()));
    }

    /** A voter that was never caught up has no time. */
    private static long caughtUpMs(ReplicaState voter) {
        return voter.lastCaughtUpTimestamp().orElse(0);
    }
}
