package io.millrace.operator.plan;

import java.util.Map;

/** What can be done about a queue or an exchange. */
public sealed interface TopologyAction extends Described {

    /** Make the virtual host, if it is missing. */
    record EnsureVhost(String vhost) implements TopologyAction {
        @Override
        public String words() {
            return "make virtual host " + vhost;
        }
    }

    /** Declare a queue. */
    record DeclareQueue(String vhost, String name, Map<String, Object> arguments) implements TopologyAction {
        @Override
        public String words() {
            return "declare queue " + name;
        }
    }

    /** Give a queue other arguments while it lives. */
    record ChangeQueue(String vhost, String name, Map<String, Object> arguments) implements TopologyAction {
        @Override
        public String words() {
            return "change queue " + name;
        }
    }

    /** Declare an exchange. */
    record DeclareExchange(String vhost, String name, String type, Map<String, Object> arguments)
            implements TopologyAction {
        @Override
        public String words() {
            return "declare %s exchange %s".formatted(type, name);
        }
    }

    /** Add a binding. */
    record Bind(BindingFacts binding) implements TopologyAction {
        @Override
        public String words() {
            return "bind it to exchange %s with key '%s'".formatted(binding.source(), binding.routingKey());
        }
    }

    /** Remove a binding that was made for the object before. */
    record Unbind(BindingFacts binding) implements TopologyAction {
        @Override
        public String words() {
            return "unbind it from exchange %s with key '%s'".formatted(binding.source(), binding.routingKey());
        }
    }
}
