package io.millrace.broker.topology;

import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.model.VirtualHostName;

/** RabbitMQ's rules for the names that clients send. */
final class Names {
    private static final String RESERVED_PREFIX = "amq.";

    private Names() {}

    /** RabbitMQ drops line ends from names. */
    static String stripped(String name) {
        return name.indexOf('\n') < 0 && name.indexOf('\r') < 0
                ? name
                : name.replace("\n", "").replace("\r", "");
    }

    static boolean isReserved(String name) {
        return name.startsWith(RESERVED_PREFIX);
    }

    static void requireNotReserved(String kind, String name) {
        if (isReserved(name)) {
            throw Refusals.access(kind + " name '" + name + "' contains reserved prefix 'amq.*'");
        }
    }

    /** An exchange named in an argument. */
    static ExchangeName exchange(LongString name) {
        try {
            return new ExchangeName(name.text());
        } catch (IllegalArgumentException e) {
            throw Refusals.precondition("the name of an exchange has at most 255 bytes");
        }
    }

    /** The virtual host the client is in: it was there when the connection was opened. */
    static VirtualHostTopology vhost(Topology topology, VirtualHostName name) {
        return topology.vhost(name)
                .orElseThrow(
                        () -> new ConnectionError(ReplyCode.CONNECTION_FORCED, "vhost '" + name.value() + "' is gone"));
    }
}
