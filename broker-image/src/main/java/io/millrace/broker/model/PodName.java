package io.millrace.broker.model;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A pod's name and what follows from it (docs/seams.md): {@code <cluster>-broker-<ordinal>} is node {@code ordinal},
 * {@code <cluster>-controller-<ordinal>} is node {@code 1000 + ordinal}.
 *
 * @param cluster name of the BrokerCluster
 * @param role broker or controller
 * @param ordinal the pod's number in its StatefulSet
 */
public record PodName(String cluster, Role role, int ordinal) {
    /** Node ids of dedicated controllers begin here. */
    static final int FIRST_CONTROLLER_ID = 1000;

    private static final Pattern FORM = Pattern.compile("(.+)-(broker|controller)-(\\d{1,3})");

    /** The StatefulSet a pod belongs to. */
    public enum Role {
        BROKER,
        CONTROLLER
    }

    /**
     * Reads a pod's name.
     *
     * @throws IllegalArgumentException when it is not of this form
     */
    public static PodName parse(String name) {
        var form = FORM.matcher(name);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "pod name '" + name + "' is not <cluster>-broker-<n> or <cluster>-controller-<n>");
        }
        var role = form.group(2).equals("broker") ? Role.BROKER : Role.CONTROLLER;
        return new PodName(form.group(1), role, Integer.parseInt(form.group(3)));
    }

    /** As {@link #parse}; empty when the name is not of this form. */
    public static Optional<PodName> of(String name) {
        return FORM.matcher(name).matches() ? Optional.of(parse(name)) : Optional.empty();
    }

    /** The pod that runs a node. */
    public static PodName ofNode(String cluster, int nodeId) {
        return nodeId < FIRST_CONTROLLER_ID
                ? new PodName(cluster, Role.BROKER, nodeId)
                : new PodName(cluster, Role.CONTROLLER, nodeId - FIRST_CONTROLLER_ID);
    }

    /** Its id as a node of Kafka. */
    public int nodeId() {
        return switch (role) {
            case BROKER -> ordinal;
            case CONTROLLER -> FIRST_CONTROLLER_ID + ordinal;
        };
    }

    @Override
    public String toString() {
        var kind =
                switch (role) {
                    case BROKER -> "broker";
                    case CONTROLLER -> "controller";
                };
        return cluster + "-" + kind + "-" + ordinal;
    }
}
