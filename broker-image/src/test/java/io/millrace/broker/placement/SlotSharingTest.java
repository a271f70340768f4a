package io.millrace.broker.placement;

import static io.millrace.broker.placement.PodsAndReplicas.SLOTS;
import static io.millrace.broker.placement.PodsAndReplicas.evenlyLed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlotSharingTest {
    private static final int NOT_AT_ITS_LEADER = 3;
    private static final int MOVED = 2;

    @Provide
    Arbitrary<PodsAndReplicas> pods() {
        return Arbitraries.randomValue(PodsAndReplicas::any);
    }

    @Property(tries = 200)
    void aSlotGoesToAPodThatHoldsAReplicaWhenOneLives(@ForAll("pods") PodsAndReplicas before) {
        var after = before.shared();

        assertThat(after.owners()).hasSize(SLOTS);
        assertThat(IntStream.range(0, SLOTS)).allMatch(slot -> after.mayOwn(after.owner(slot), slot));
    }

    /** From a pod with two more than another no chain of pods leads to it, on which each could pass a slot on to the next. */
    @Property(tries = 200)
    void numbersAreAsEvenAsThatAllows(@ForAll("pods") PodsAndReplicas before) {
        var after = before.shared();

        for (int node : after.nodes()) {
            assertThat(passingOnFrom(node, after)).allMatch(other -> after.owned(other) >= after.owned(node) - 1);
        }
    }

    private static Set<Integer> passingOnFrom(int node, PodsAndReplicas pods) {
        var reached = new HashSet<>(Set.of(node));
        var next = new ArrayDeque<>(reached);
        while (!next.isEmpty()) {
            int from = next.remove();
            for (int to : pods.nodes()) {
                boolean passes =
                        IntStream.range(0, SLOTS).anyMatch(slot -> pods.owner(slot) == from && pods.mayOwn(to, slot));
                if (passes && reached.add(to)) {
                    next.add(to);
                }
            }
        }
        return reached;
    }

    @Property(tries = 200)
    void sharedOutAnewNothingMoves(@ForAll("pods") PodsAndReplicas before) {
        var after = before.shared();

        assertThat(after.shared()).isEqualTo(after);
    }

    @Property(tries = 100)
    void theOrderOfMembersDoesNotMatter(@ForAll("pods") PodsAndReplicas before, @ForAll Random random) {
        var members = new ArrayList<>(before.members());
        Collections.shuffle(members, random);

        assertThat(SlotSharing.share(SLOTS, members, before.owners(), before.placement()))
                .isEqualTo(before.shared().owners());
    }

    /** Two slots that were exchanged would not be worth it, nor would one that goes from a pod with one more to one with one less. */
    @Property(tries = 100)
    void noMoveIsMissedAndNoneIsForNothing(@ForAll("pods") PodsAndReplicas before) {
        var after = before.shared();

        for (int one = 0; one < SLOTS; one++) {
            int from = after.owner(one);
            for (int to : after.nodes()) {
                if (to != from && after.mayOwn(to, one) && after.owned(from) == after.owned(to) + 1) {
                    assertThat(price(before, one, to)).isGreaterThanOrEqualTo(price(before, one, from));
                }
            }
            for (int other = 0; other < one; other++) {
                int to = after.owner(other);
                if (to != from && after.mayOwn(to, one) && after.mayOwn(from, other)) {
                    assertThat(price(before, one, to) + price(before, other, from))
                            .isGreaterThanOrEqualTo(price(before, one, from) + price(before, other, to));
                }
            }
        }
    }

    private static int price(PodsAndReplicas before, int slot, int node) {
        int now = before.owner(slot);
        var holders = before.holders(slot);
        return (holders.isEmpty() || holders.getFirst() == node ? 0 : NOT_AT_ITS_LEADER)
                + (now == -1 || now == node ? 0 : MOVED);
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "3, 1", "4, 2", "5, 3", "12, 3"})
    void podsThatLeadAsManySlotsOwnThoseTheyLead(int pods, int replicas) {
        var all = evenlyLed(pods, replicas).shared();

        assertThat(IntStream.range(0, SLOTS)).allMatch(all::isAtItsLeader);
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "3, 1", "4, 2", "5, 3", "12, 3"})
    void aPodThatComesBackFindsEverythingAsItWas(int pods, int replicas) {
        var all = evenlyLed(pods, replicas).shared();

        for (int node = 0; node < pods; node++) {
            assertThat(all.without(node).shared().with(node).shared().owners()).isEqualTo(all.owners());
        }
    }

    @Test
    void onlyTheSlotsOfAPodThatIsLostMove() {
        var all = evenlyLed(3, 3).shared();

        var two = all.without(1).shared();

        assertThat(two.movedSince(all)).hasSize((int) all.owned(1)).allMatch(slot -> all.owner(slot) == 1);
    }

    @Test
    void podsThatComeOneAfterTheOtherEndWithWhatTheyLead() {
        var all = evenlyLed(3, 3);
        var one = all.without(2).without(1).shared();

        var three = one.with(1).shared().with(2).shared();

        assertThat(IntStream.range(0, SLOTS)).allMatch(three::isAtItsLeader);
    }

    @Test
    void aPodWithoutReplicasOwnsNothing() {
        var all = evenlyLed(3, 3).shared();

        var four = all.with(3).shared();

        assertThat(four.owners()).isEqualTo(all.owners());
    }

    @Test
    void aSlotFollowsItsReplicas() {
        var all = evenlyLed(5, 2).shared();

        var moved = all.placed(0, 3, 4).shared();

        assertThat(List.of(3, 4)).contains(moved.owner(0));
    }

    @Test
    void twoPodsExchangeSlotsThatTheyLeadOfEachOther() {
        var all = evenlyLed(3, 3).shared();

        var led = all.placed(0, 1, 0, 2).placed(1, 0, 1, 2).shared();

        assertThat(led.movedSince(all)).containsExactly(0, 1);
    }

    @Test
    void nothingMovesForALeaderIfAnotherSlotWouldHaveToGiveWay() {
        var all = evenlyLed(4, 3).shared();

        var led = all.placed(0, 1, 0, 2).shared();

        assertThat(led.owners()).isEqualTo(all.owners());
    }

    @Test
    void slotsNobodyKnowsThePlaceOfAreSpreadEvenlyAndStay() {
        var members = IntStream.range(0, 3)
                .mapToObj(pod -> new Member("pod-" + pod, OptionalInt.empty()))
                .toList();

        var shared = SlotSharing.share(SLOTS, members, Map.of(), Placement.UNKNOWN);
        var two = SlotSharing.share(SLOTS, members.subList(0, 2), shared, Placement.UNKNOWN);

        assertThat(sizes(shared)).containsExactlyInAnyOrder(21L, 21L, 22L);
        assertThat(sizes(two)).containsExactlyInAnyOrder(32L, 32L);
        assertThat(two.entrySet()).filteredOn(shared.entrySet()::contains).hasSize(SLOTS - count(shared, "pod-2"));
    }

    private static List<Long> sizes(Map<Integer, String> shared) {
        return List.copyOf(shared.values().stream()
                .collect(Collectors.groupingBy(pod -> pod, Collectors.counting()))
                .values());
    }

    private static int count(Map<Integer, String> shared, String pod) {
        return Collections.frequency(shared.values(), pod);
    }

    @Test
    void withoutMembersNobodyOwnsAnything() {
        assertThat(SlotSharing.share(SLOTS, List.of(), Map.of(0, "gone"), Placement.UNKNOWN))
                .isEmpty();
    }
}
