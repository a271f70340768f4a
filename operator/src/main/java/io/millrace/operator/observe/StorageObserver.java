package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimCondition;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.desired.BrokerStatefulSet;
import io.millrace.operator.desired.Names;
import io.millrace.operator.storage.DiskFacts;
import io.millrace.operator.storage.DiskFacts.Expansion;
import io.millrace.operator.storage.DiskSize;
import io.millrace.operator.storage.StorageFacts;
import io.millrace.operator.storage.StorageFacts.SetFacts;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the disks of a cluster; StorageClasses are read one by one, and only while a disk is to grow. */
final class StorageObserver {

    private static final Logger LOG = LoggerFactory.getLogger(StorageObserver.class);
    private static final String STORAGE = "storage";
    private static final String WAITS_FOR_FILE_SYSTEM = "FileSystemResizePending";

    /** Conditions that are True when growing failed, at the storage or at the node. */
    private static final Set<String> ERRORS = Set.of("ControllerResizeError", "NodeResizeError");

    /** A status says it in a sentence; all of it is in the claim. */
    private static final int LONGEST_TROUBLE = 300;

    private StorageObserver() {}

    /**
     * Looks.
     *
     * @param wish the size that is asked for
     */
    static StorageFacts observe(String cluster, DiskSize wish, Instant now, Context<BrokerCluster> context) {
        var set = context.getSecondaryResourcesAsStream(StatefulSet.class)
                .filter(found -> found.getMetadata().getName().equals(BrokerStatefulSet.name(cluster)))
                .findFirst()
                .flatMap(StorageObserver::set);
        var pods = BrokerPods.in(context)
                .collect(Collectors.toMap(
                        pod -> "data-" + pod.getMetadata().getName(),
                        pod -> time(pod.getMetadata().getCreationTimestamp())));
        var wanted = Stream.concat(Stream.of(wish), set.map(SetFacts::size).stream())
                .reduce((one, other) -> one.isBelow(other) ? other : one)
                .orElse(wish);
        var classes = new HashMap<String, Expansion>();
        var disks = Disks.in(context)
                .filter(claim -> claim.getMetadata().getName().startsWith("data-" + cluster + "-broker-"))
                .filter(claim -> claim.getMetadata().getDeletionTimestamp() == null)
                .map(claim -> facts(
                        claim,
                        pods.getOrDefault(claim.getMetadata().getName(), Optional.empty()),
                        name -> classes.computeIfAbsent(name, one -> expansion(one, context.getClient())),
                        wanted))
                .sorted(Comparator.comparing(DiskFacts::node))
                .toList();
        return new StorageFacts(now, set, disks);
    }

    /** Where what a class says comes from. */
    private interface Classes {
        Expansion expansion(String name);
    }

    private static Optional<SetFacts> set(StatefulSet set) {
        return set.getSpec().getVolumeClaimTemplates().stream()
                .map(claim -> new SetFacts(
                        set.getMetadata().getUid(),
                        asked(claim),
                        set.getMetadata().getDeletionTimestamp() != null))
                .findFirst();
    }

    /** No claim is without it. */
    private static DiskSize asked(PersistentVolumeClaim claim) {
        var size = claim.getSpec().getResources().getRequests().get(STORAGE);
        return new DiskSize(Objects.requireNonNull(size, STORAGE).toString());
    }

    private static DiskFacts facts(
            PersistentVolumeClaim claim, Optional<Instant> pod, Classes classes, DiskSize wanted) {
        var name = claim.getMetadata().getName();
        var status = Optional.ofNullable(claim.getStatus());
        var bound = status.filter(one -> "Bound".equals(one.getPhase())).isPresent();
        var asked = asked(claim);
        var storageClass = Objects.requireNonNullElse(claim.getSpec().getStorageClassName(), "");
        return new DiskFacts(
                Names.node(name),
                name,
                claim.getMetadata().getResourceVersion(),
                bound,
                asked,
                status.map(PersistentVolumeClaimStatus::getCapacity)
                        .map(capacity -> capacity.get(STORAGE))
                        .map(Quantity::toString)
                        .map(DiskSize::new),
                storageClass,
                bound && asked.isBelow(wanted) ? classes.expansion(storageClass) : Expansion.NOT_ASKED,
                conditions(claim)
                        .filter(one -> one.getType().equals(WAITS_FOR_FILE_SYSTEM))
                        .flatMap(one -> time(one.getLastTransitionTime()).stream())
                        .findFirst(),
                pod,
                trouble(claim));
    }

    private static Expansion expansion(String name, KubernetesClient kubernetes) {
        if (name.isEmpty()) {
            return Expansion.NO_CLASS;
        }
        try {
            var found =
                    kubernetes.storage().v1().storageClasses().withName(name).get();
            if (found == null) {
                return Expansion.NO_CLASS;
            }
            return Boolean.TRUE.equals(found.getAllowVolumeExpansion()) ? Expansion.ALLOWED : Expansion.REFUSED;
        } catch (KubernetesClientException e) {
            LOG.warn("StorageClass {} cannot be read, which says whether disks can grow: {}", name, e.getMessage());
            return e.getCode() == PodRacks.FORBIDDEN ? Expansion.UNREADABLE : Expansion.NOT_ASKED;
        }
    }

    /** Conditions that are True. */
    private static Stream<PersistentVolumeClaimCondition> conditions(PersistentVolumeClaim claim) {
        return Optional.ofNullable(claim.getStatus())
                .map(PersistentVolumeClaimStatus::getConditions)
                .orElse(List.of())
                .stream()
                .filter(condition -> "True".equals(condition.getStatus()));
    }

    private static String trouble(PersistentVolumeClaim claim) {
        var state = Optional.ofNullable(claim.getStatus())
                .map(PersistentVolumeClaimStatus::getAllocatedResourceStatuses)
                .orElse(Map.of())
                .getOrDefault(STORAGE, "");
        var infeasible = state.endsWith("Infeasible") ? Stream.of(state) : Stream.<String>empty();
        var errors = conditions(claim)
                .filter(condition -> ERRORS.contains(condition.getType()))
                .map(condition -> words(condition.getType(), condition.getMessage()));
        var trouble = Stream.concat(infeasible, errors).collect(Collectors.joining("; "));
        return trouble.substring(0, Math.min(LONGEST_TROUBLE, trouble.length()));
    }

    private static String words(String type, @Nullable String message) {
        return message == null || message.isBlank() ? type : type + ": " + message.strip();
    }

    private static Optional<Instant> time(@Nullable String text) {
        try {
            return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
