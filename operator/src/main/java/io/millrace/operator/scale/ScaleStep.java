package io.millrace.operator.scale;

import io.millrace.operator.rebalance.Move;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** What can be done about the size of a cluster, in the brokers. Each may be done twice: what is so already is fine. */
public sealed interface ScaleStep {

    /** Give a controller a vote (KIP-853). */
    record AddVoter(int node, String directory) implements ScaleStep {}

    /** Take it away. */
    record RemoveVoter(int node, String directory) implements ScaleStep {}

    /** Have Kafka place no new replicas on brokers (KIP-1066). */
    record Cordon(Set<Integer> brokers) implements ScaleStep {}

    /** Have it place some again. */
    record Uncordon(Set<Integer> brokers) implements ScaleStep {}

    /**
     * Begin to move partitions.
     *
     * @param moves what
     * @param brokers all brokers that live
     * @param throttleBytesPerSec most that is copied onto, and off, each of them
     */
    record StartMoves(List<Move> moves, Set<Integer> brokers, long throttleBytesPerSec) implements ScaleStep {
        public StartMoves {
            moves = List.copyOf(moves);
            brokers = Set.copyOf(brokers);
        }
    }

    /** Leave partitions that are being moved where they were. */
    record CancelMoves(Set<TopicPartition> partitions) implements ScaleStep {
        public CancelMoves {
            partitions = Set.copyOf(partitions);
        }
    }

    /** Let replicas of these topics be copied at any rate again. */
    record EndThrottle(Set<String> topics, Set<Integer> brokers) implements ScaleStep {
        public EndThrottle {
            topics = Set.copyOf(topics);
            brokers = Set.copyOf(brokers);
        }
    }

    /** Set the cluster-wide default of min.insync.replicas. */
    record SetDefaultMinInSync(int value) implements ScaleStep {}

    /** Set min.insync.replicas of topics that have their own. */
    record SetMinInSync(Map<String, Integer> topics) implements ScaleStep {
        public SetMinInSync {
            topics = Map.copyOf(topics);
        }
    }

    /** Ask the brokers once more that these nodes hold nothing and do not vote; what comes after is not done if they do. */
    record VerifyEmpty(Set<Integer> nodes) implements ScaleStep {
        public VerifyEmpty {
            nodes = Set.copyOf(nodes);
        }
    }

    /** Forget brokers that have ended for good. */
    record Unregister(Set<Integer> brokers) implements ScaleStep {
        public Unregister {
            brokers = Set.copyOf(brokers);
        }
    }

    /** Have every partition led by the first of its replicas. */
    record ElectPreferredLeaders() implements ScaleStep {}
}
