package io.millrace.broker.log.kafka;

import io.millrace.broker.placement.Member;
import io.millrace.broker.placement.SlotSharing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.jspecify.annotations.Nullable;

/**
 * Whether the group has to share its slots out anew though no member came or went: replicas have moved. Kafka asks the assignor again only when something of the
 * group has changed, so one of its members looks, and changes something.
 *
 * <p>It asks as long as slots are not where the assignor would put them, and no longer: what the assignor has decided it decides again. Where that does not help
 * (the coordinator is of another version, say) it asks ever more rarely. Of one thread.
 */
final class PlacementWatch {
    static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);
    static final long SELDOM_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final Supplier<CompletionStage<Optional<Map<Integer, String>>>> looks;
    private @Nullable CompletableFuture<Optional<Map<Integer, String>>> look;
    private Map<Integer, String> asked = Map.of();
    private long pauseNanos = EVERY_NANOS;
    private long next;

    /**
     * Begins.
     *
     * @param looks find who is to own which slot; empty if that is who does
     * @param now as {@link System#nanoTime}
     */
    PlacementWatch(Supplier<CompletionStage<Optional<Map<Integer, String>>>> looks, long now) {
        this.looks = looks;
        next = now + EVERY_NANOS;
    }

    /** Looks at the group of slots' owners. */
    static PlacementWatch ofOwners(Admin admin) {
        var placement = new SlotPlacement(admin);
        return new PlacementWatch(
                () -> placement
                        .read()
                        .thenCombine(
                                admin.describeConsumerGroups(List.of(InternalTopics.OWNERS))
                                        .all()
                                        .toCompletionStage(),
                                (found, groups) ->
                                        wish(found, Objects.requireNonNull(groups.get(InternalTopics.OWNERS)))),
                System.nanoTime());
    }

    /** Whether to share out anew, now. Waits for nothing: a look that was begun is asked for later. */
    boolean isDue(long now) {
        if (look == null && now - next >= 0) {
            look = looks.get().toCompletableFuture();
        }
        if (look == null || !look.isDone()) {
            return false;
        }
        var wish = look.exceptionally(_ -> Optional.empty()).join();
        look = null;
        boolean again = wish.isPresent() && wish.get().equals(asked);
        pauseNanos = again ? Math.min(2 * pauseNanos, SELDOM_NANOS) : EVERY_NANOS;
        next = now + pauseNanos;
        asked = wish.orElse(Map.of());
        return wish.isPresent();
    }

    /** Who is to own what, by the names of pods; empty if that is so, or if it is changing anyhow. */
    private static Optional<Map<Integer, String>> wish(SlotPlacement.Found found, ConsumerGroupDescription group) {
        if (group.groupState() != GroupState.STABLE) {
            return Optional.empty();
        }
        var members = new ArrayList<Member>();
        var owners = new HashMap<Integer, String>();
        for (var member : group.members()) {
            var pod = name(member);
            members.add(Member.inPod(pod, pod));
            member.assignment().topicPartitions().stream()
                    .filter(partition -> partition.topic().equals(InternalTopics.SLOTS))
                    .forEach(partition -> owners.put(partition.partition(), pod));
        }
        var wish = SlotSharing.share(InternalTopics.SLOT_COUNT, members, owners, found.placement());
        return wish.equals(owners) ? Optional.empty() : Optional.of(wish);
    }

    private static String name(MemberDescription member) {
        return member.groupInstanceId().orElse(member.consumerId());
    }
}
