package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.Controllers;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Dedicated controllers, all defaults filled in.
 *
 * @param replicas how many
 * @param storageSize size of each disk
 * @param storageClass class of the disks, or empty for Kubernetes' default
 * @param log their only container
 */
public record ControllersIntent(int replicas, String storageSize, Optional<String> storageClass, ContainerIntent log) {

    /** Node ids of dedicated controllers begin here; those of brokers end before ({@code docs/seams.md}). */
    public static final int FIRST_ID = 1000;

    /** Reads spec.controllers; empty if the first brokers are controllers, too. */
    static Optional<ControllersIntent> of(@Nullable Controllers controllers, List<String> commonJavaOptions) {
        return Optional.ofNullable(controllers)
                .map(given -> new ControllersIntent(
                        given.replicas(),
                        given.storage().size(),
                        Optional.ofNullable(given.storage().storageClass()),
                        ContainerIntent.controller(given.resources(), given.jvm(), commonJavaOptions)));
    }

    /** Returns whether a node is a controller and no broker. */
    public static boolean isDedicated(int node) {
        return node >= FIRST_ID;
    }

    /** Returns the same with another number of them. */
    ControllersIntent ofSize(int number) {
        return new ControllersIntent(number, storageSize, storageClass, log);
    }
}
