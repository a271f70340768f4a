package io.millrace.broker.server;

import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.topology.TopologyKey;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

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

    /** Whether it has a socket. */
    synchronized boolean has(ConnectionHandler connection) {
        return open.contains(connection);
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

    /** A user or a virtual host is deleted: its connections are ended, in RabbitMQ's words. Any thread, once the topology is without it. */
    void removed(TopologyKey key) {
        switch (key) {
            case TopologyKey.OfUser(var user) ->
                endAll(one -> one.user().equals(user), "user '%s' is deleted".formatted(user));
            case TopologyKey.OfVirtualHost(var vhost) ->
                endAll(one -> one.vhost().equals(vhost), "vhost '%s' is deleted".formatted(vhost.value()));
            default -> {}
        }
    }

    /** Those that have been opened: others are refused when they want to. */
    private void endAll(Predicate<ConnectionHandler> which, String reason) {
        for (var connection : all()) {
            connection.loop().execute(() -> {
                if (connection.isOpen() && which.test(connection)) {
                    connection.refuse(new ConnectionError(ReplyCode.CONNECTION_FORCED, reason));
                }
            });
        }
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
