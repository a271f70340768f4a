package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.ListenerProtocol;

/**
 * A listener with all defaults filled in.
 *
 * @param name its name
 * @param protocol what it speaks
 * @param port port of container and Service
 * @param nodePort whether it is reachable at the nodes' addresses
 * @param authenticated whether clients must say who they are
 */
public record ListenerIntent(
        String name, ListenerProtocol protocol, int port, boolean nodePort, boolean authenticated) {

    /** Returns whether each broker needs an address of its own, known before it starts. */
    public boolean perBroker() {
        return protocol == ListenerProtocol.KAFKA && nodePort;
    }
}
