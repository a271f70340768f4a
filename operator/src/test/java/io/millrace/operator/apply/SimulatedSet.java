package io.millrace.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.millrace.operator.desired.BrokerStatefulSet;
import io.millrace.operator.plan.InPlaceResize;
import io.millrace.operator.plan.PodChanges.Resizing;
import io.millrace.operator.storage.DiskSize;
import io.millrace.operator.storage.StorageFacts.SetFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The StatefulSet of a simulated cluster: deleted without its pods, it is there for a while longer. */
final class SimulatedSet {

    private @Nullable StatefulSet set;
    /** As pods were last made, whether or not it is still there. */
    private @Nullable StatefulSet made;

    private static final String RESIZED = "orders-broker-0";

    private boolean resizing;
    private boolean leaving;
    private int generations;

    Optional<StatefulSet> there() {
        return Optional.ofNullable(set);
    }

    Optional<StatefulSet> made() {
        return Optional.ofNullable(made);
    }

    /** Writes it; returns whether pods are to be made in another way than before. */
    boolean write(StatefulSet wanted) {
        assertThat(leaving).as("what is going is not written").isFalse();
        if (set == null) {
            generations++;
        } else {
            assertThat(disk(wanted)).as("Kubernetes refuses that").isEqualTo(disk(set));
        }
        var had = made == null ? null : made.getSpec().getTemplate();
        var now = wanted.getSpec().getTemplate();
        var differs = had != null && InPlaceResize.differsInMore(had, now);
        if (had != null && !differs && !had.equals(now)) {
            resizing = true;
        }
        set = wanted;
        made = wanted;
        return differs;
    }

    /** One pod alone: all are resized in the same way, and each write is two more deaths. */
    Map<String, Resizing> resizes() {
        return resizing ? Map.of(RESIZED, new Resizing(List.of(), "now")) : Map.of();
    }

    void resized(String pod) {
        assertThat(pod).isEqualTo(RESIZED);
        resizing = false;
    }

    void release(SetFacts seen) {
        assertThat(seen).isEqualTo(facts().orElseThrow());
        leaving = true;
    }

    /** What the garbage collector does. */
    void tick() {
        if (leaving) {
            set = null;
            leaving = false;
        }
    }

    int generations() {
        return generations;
    }

    Optional<Integer> size() {
        return there().map(one -> one.getSpec().getReplicas());
    }

    Optional<SetFacts> facts() {
        return there().map(one -> new SetFacts("set-" + generations, new DiskSize(disk(one)), leaving));
    }

    String restartedAt() {
        return made().map(one -> one.getSpec().getTemplate().getMetadata().getAnnotations())
                .map(annotations -> annotations.getOrDefault(BrokerStatefulSet.RESTART_AT, ""))
                .orElse("");
    }

    static String disk(StatefulSet set) {
        var claim = set.getSpec().getVolumeClaimTemplates().getFirst();
        return String.valueOf(claim.getSpec().getResources().getRequests().get("storage"));
    }
}
