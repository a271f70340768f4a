package io.millrace.operator.scale;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Changes of who votes among the controllers, one voter at a time (KIP-853). None is made unless those that vote
 * afterwards, and have caught up, are a majority of all that vote afterwards.
 */
final class VoterChanges {

    private final ScaleFacts facts;

    VoterChanges(ScaleFacts facts) {
        this.facts = facts;
    }

    /**
     * The next change.
     *
     * @param step empty: it has to wait
     * @param message what is done, or waited for
     */
    record Change(Optional<ScaleStep> step, String message) {}

    /** Brings those in that are to vote; replaces the vote of one whose disk was lost. Empty: all of them vote. */
    Optional<Change> join(Set<Integer> wanted) {
        return facts.voters().stream()
                .filter(this::hasLostItsDisk)
                .findFirst()
                .map(this::remove)
                .or(() -> wanted.stream()
                        .filter(node -> voter(node).isEmpty())
                        .min(Comparator.naturalOrder())
                        .map(this::add));
    }

    /** Takes the vote from one of these, the leader last. Empty: none of them votes. */
    Optional<Change> leave(Set<Integer> leaving) {
        return facts.voters().stream()
                .filter(voter -> leaving.contains(voter.node()))
                .max(Comparator.<ControllerState, Boolean>comparing(voter -> voter.node() != facts.leader())
                        .thenComparing(ControllerState::node))
                .map(this::remove);
    }

    private boolean hasLostItsDisk(ControllerState voter) {
        return !isCaughtUp(voter)
                && facts.observers().stream()
                        .anyMatch(observer -> observer.node() == voter.node()
                                && !observer.directory().equals(voter.directory())
                                && observer.isCaughtUp());
    }

    private Optional<ControllerState> voter(int node) {
        return facts.voters().stream().filter(voter -> voter.node() == node).findFirst();
    }

    private Change add(int node) {
        var joining = facts.observers().stream()
                .filter(observer -> observer.node() == node && observer.isCaughtUp())
                .findFirst();
        if (joining.isEmpty()) {
            return new Change(
                    Optional.empty(), "waiting for controller %d to catch up with the others".formatted(node));
        }
        var caughtUp = 1 + facts.voters().stream().filter(this::isCaughtUp).count();
        if (!isMajority(caughtUp, facts.voters().size() + 1)) {
            return new Change(
                    Optional.empty(),
                    "waiting for a majority of the controllers to catch up before controller %d gets a vote"
                            .formatted(node));
        }
        return new Change(
                Optional.of(new ScaleStep.AddVoter(node, joining.get().directory())),
                "controller %d gets a vote".formatted(node));
    }

    private Change remove(ControllerState voter) {
        var others =
                facts.voters().stream().filter(other -> !other.equals(voter)).toList();
        if (!isMajority(count(others), others.size())) {
            return new Change(
                    Optional.empty(),
                    "waiting for a majority of the controllers to catch up before controller %d loses its vote"
                            .formatted(voter.node()));
        }
        return new Change(
                Optional.of(new ScaleStep.RemoveVoter(voter.node(), voter.directory())),
                "controller %d loses its vote".formatted(voter.node()));
    }

    private long count(List<ControllerState> voters) {
        return voters.stream().filter(this::isCaughtUp).count();
    }

    private boolean isCaughtUp(ControllerState voter) {
        return voter.node() == facts.leader() || voter.isCaughtUp();
    }

    private boolean isMajority(long caughtUp, int voters) {
        return facts.leader() >= 0 && voters > 0 && caughtUp >= voters / 2 + 1;
    }
}
