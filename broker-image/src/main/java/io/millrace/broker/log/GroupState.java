package io.millrace.broker.log;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a group does, or why nobody knows. */
public sealed interface GroupState {
    /** There is no such group any more. */
    record Gone() implements GroupState {}

    /** Its coordinator does not answer. */
    record Silent(String reason) implements GroupState {}

    /**
     * What was seen.
     *
     * @param coordinator node id of the broker that told
     * @param positions of all partitions the group has read or is assigned, by topic and number
     */
    record Seen(String state, OptionalInt coordinator, List<Member> members, List<Position> positions)
            implements GroupState {
        public Seen {
            members = List.copyOf(members);
            positions = List.copyOf(positions);
        }

        /** Messages that are left to read; absent if that is not known of every partition. */
        public OptionalLong lag() {
            return positions.stream().allMatch(position -> position.lag().isPresent())
                    ? OptionalLong.of(positions.stream()
                            .mapToLong(position -> position.lag().getAsLong())
                            .sum())
                    : OptionalLong.empty();
        }

        /** Why the lag is absent. */
        public Optional<String> reason() {
            return positions.stream()
                    .filter(position -> position.lag().isEmpty())
                    .findFirst()
                    .map(position -> "%s-%d: %s"
                            .formatted(
                                    position.part().topic(),
                                    position.part().partition(),
                                    position.reason().orElse("not known")));
        }
    }

    /**
     * A member.
     *
     * @param instance its static name, if it has one
     * @param assigned by topic and number
     */
    record Member(String id, Optional<String> instance, String client, String host, List<LogPart> assigned) {
        public Member {
            assigned = List.copyOf(assigned);
        }
    }

    /**
     * How far a group is in a partition.
     *
     * @param committed the next offset to read; of share groups the first that is not settled
     * @param end the log's end (exclusive)
     * @param reason why something is absent
     */
    record Position(
            LogPart part, OptionalLong committed, OptionalLong end, OptionalLong lag, Optional<String> reason) {}
}
