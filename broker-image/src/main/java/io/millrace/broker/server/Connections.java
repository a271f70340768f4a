package io.millrace.broker.server;

import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ReplyCode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The open connections of this pod. Safe for any thread. */
final class Connections {
    private final Set<ConnectionHandler> open = new HashSet<>();
    private final Quotas quotas = new Quotas();
    private final TrafficLedger traffic = new TrafficLedger();

    Quotas quotas() {
        return quotas;
    }

    TrafficLedger traffic() {
        return traffic;
    }

    synchronized void add(ConnectionHandler connection) {
        open.add(connection);
    }

    synchronized void remove(ConnectionHandler connection) {
        open.remove(connection);
        quotas.leave(connection);
        notifyAll();
    }

    synchronized List<ConnectionHandler> all() {
        return List.copyOf(open);
    }

    /** How they are shown; asked for on the loop of each. */
    CompletionStage<List<ClientConnection>> shown() {
        var asked = all().stream()
                .map(connection -> CompletableFuture.supplyAsync(connection::shown, connection.loop()))
                .toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(done -> asked.stream().map(CompletableFuture::join).toList());
    }

    /** Ends a connection with 320 and a reason, as RabbitMQ's operators do; false if there is none of that name. */
    boolean end(String name, String reason) {
        var found = all().stream()
                .filter(connection -> connection.name().equals(name))
                .findFirst();
        found.ifPresent(connection -> connection
                .loop()
                .execute(() -> connection.refuse(new ConnectionError(ReplyCode.CONNECTION_FORCED, reason))));
        return found.isPresent();
    }

    /** Waits until no connection is open, or time is up. */
    synchronized void awaitNone(long time, TimeUnit unit) {
        long end = System.nanoTime() + unit.toNanos(time);
        try {
            for (long left = end - System.nanoTime(); !open.isEmpty() && left > 0; left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
