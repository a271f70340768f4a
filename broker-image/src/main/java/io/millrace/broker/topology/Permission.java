package io.millrace.broker.topology;

import io.millrace.broker.model.VirtualHostName;

/** What a user may do in a virtual host: three patterns over the names of queues and exchanges. */
public record Permission(
        VirtualHostName vhost, String user, ResourcePattern configure, ResourcePattern write, ResourcePattern read)
        implements TopologyEntry {
    /** An operation that needs a permission, by the name it has in refusals. */
    public enum Operation {
        CONFIGURE("configure"),
        WRITE("write"),
        READ("read");

        private final String text;

        Operation(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    boolean allows(Operation operation, String name) {
        return switch (operation) {
            case CONFIGURE -> configure.matches(name);
            case WRITE -> write.matches(name);
            case READ -> read.matches(name);
        };
    }

    @Override
    public TopologyKey.OfPermission key() {
        return new TopologyKey.OfPermission(vhost, user);
    }
}
