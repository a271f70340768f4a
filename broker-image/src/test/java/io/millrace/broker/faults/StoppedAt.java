package io.millrace.broker.faults;

import static org.awaitility.Awaitility.await;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.IntegerValue;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.request.EventRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;

/** A process that is stopped, as by a debugger, when it comes to a method: the broker needs no seam for that. */
final class StoppedAt implements AutoCloseable {
    private final VirtualMachine machine;

    /** Connects to a process that is {@link PodSettings#stoppable}. */
    StoppedAt(InetSocketAddress debugger) throws IOException, IllegalConnectorArgumentsException {
        var connector = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(one -> one.transport().name().equals("dt_socket"))
                .findFirst()
                .orElseThrow();
        var arguments = connector.defaultArguments();
        Objects.requireNonNull(arguments.get("hostname")).setValue(debugger.getHostString());
        Objects.requireNonNull(arguments.get("port")).setValue(Integer.toString(debugger.getPort()));
        machine = connector.attach(arguments);
    }

    /**
     * Waits until a method whose first argument is a list is called with one that is not empty; all threads of the process stand still then.
     *
     * @param type its class
     * @return how many elements the list has
     */
    int callWithElements(String type, String method, Duration patience)
            throws InterruptedException, IncompatibleThreadStateException {
        await(type).atMost(patience).until(() -> !machine.classesByName(type).isEmpty());
        var requests = machine.eventRequestManager();
        var location = machine.classesByName(type)
                .getFirst()
                .methodsByName(method)
                .getFirst()
                .location();
        var breakpoint = requests.createBreakpointRequest(location);
        breakpoint.setSuspendPolicy(EventRequest.SUSPEND_ALL);
        breakpoint.enable();
        long end = System.nanoTime() + patience.toNanos();
        for (long left = patience.toMillis();
                left > 0;
                left = Duration.ofNanos(end - System.nanoTime()).toMillis()) {
            var events = machine.eventQueue().remove(left);
            if (events == null) {
                break;
            }
            for (var event : events) {
                int size = elements(event);
                if (size > 0) {
                    return size;
                }
            }
            events.resume();
        }
        throw new AssertionError(method + " was not called");
    }

    private static int elements(Event event) throws IncompatibleThreadStateException {
        if (!(event instanceof BreakpointEvent reached)) {
            return 0;
        }
        var list =
                (ObjectReference) reached.thread().frame(0).getArgumentValues().getFirst();
        var size = list.getValue(list.referenceType().fieldByName("size"));
        return ((IntegerValue) size).value();
    }

    @Override
    public void close() {
        try {
            machine.dispose();
        } catch (VMDisconnectedException e) {
            // it is gone
        }
    }
}
