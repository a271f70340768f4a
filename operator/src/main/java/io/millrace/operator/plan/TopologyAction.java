package io.millrace.operator.plan;

import java.util.Map;

/** What can be done about a queue or an exchange. */
public sealed interface TopologyAction {

    /** Make the virtual host, if it is missing. */
    record EnsureVhost(String vhost) implements TopologyAction {}

    /** Declare a queue. */
    record DeclareQueue(String vhost, String name, Map<String, Object> arguments) implements TopologyAction {}

    /** Declare an exchange. */
    record DeclareExchange(String vhost, String name, String type) implements TopologyAction {}

    /** Add a binding. */
    record Bind(BindingFacts binding) implements TopologyAction {}

    /** Remove a binding that was made for the object before. */
    record Unbind(BindingFacts binding) implements TopologyAction {}
}
