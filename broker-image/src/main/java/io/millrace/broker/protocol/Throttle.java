package io.millrace.broker.protocol;

import io.millrace.broker.wire.Connection;
import io.millrace.broker.wire.Method;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Whether a connection has to wait because of an alarm: from its first publish on until there is no alarm any more, as in RabbitMQ. */
public final class Throttle {
    private final Consumer<Method> tell;
    private boolean blocked;

    /** @param tell sends connection.blocked and connection.unblocked to clients that understand them */
    public Throttle(Consumer<Method> tell) {
        this.tell = tell;
    }

    public boolean isBlocked() {
        return blocked;
    }

    /** The connection published while these alarms were raised; true if it has to wait from now on. */
    public boolean published(Set<Alarm> alarms) {
        if (blocked || alarms.isEmpty()) {
            return false;
        }
        blocked = true;
        tell.accept(new Connection.Blocked(
                alarms.stream().sorted().map(Alarm::text).collect(Collectors.joining(" & ", "low on ", ""))));
        return true;
    }

    /** No alarm is left. */
    public void cleared() {
        if (blocked) {
            blocked = false;
            tell.accept(new Connection.Unblocked());
        }
    }
}
