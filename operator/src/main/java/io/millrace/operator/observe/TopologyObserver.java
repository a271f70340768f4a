package io.millrace.operator.observe;

import io.millrace.api.v1alpha1.Binding;
import io.millrace.operator.client.QueueAdmin;
import io.millrace.operator.intent.BindingIntent;
import io.millrace.operator.plan.BindingFacts;
import io.millrace.operator.plan.ExchangeFacts;
import io.millrace.operator.plan.QueueFacts;
import io.millrace.operator.plan.TopologyPlanner.Surroundings;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at the queues, exchanges and bindings of a cluster: at all, in three requests however many there are, or at what is around one of them. */
public final class TopologyObserver {

    private TopologyObserver() {}

    /**
     * What bindings lead to.
     *
     * @param vhost its virtual host
     * @param name the queue, exchange or topic
     */
    public record Destination(String vhost, String name, BindingFacts.Kind kind) {}

    /**
     * All there is.
     *
     * @param queues queues, by virtual host and name
     * @param exchanges exchanges, by virtual host and name
     * @param names names of exchanges, by virtual host
     * @param bindings bindings, by destination
     * @param leaving how many bindings leave an exchange, by virtual host and name
     */
    public record Topology(
            Map<List<String>, QueueFacts> queues,
            Map<List<String>, ExchangeFacts> exchanges,
            Map<String, Set<String>> names,
            Map<Destination, Set<BindingFacts>> bindings,
            Map<List<String>, Integer> leaving) {

        /** Returns a queue. */
        public Optional<QueueFacts> queue(String vhost, String name) {
            return Optional.ofNullable(queues.get(List.of(vhost, name)));
        }

        /** Returns an exchange. */
        public Optional<ExchangeFacts> exchange(String vhost, String name) {
            return Optional.ofNullable(exchanges.get(List.of(vhost, name)));
        }

        /** Returns the number of bindings that leave an exchange. */
        public int leaving(String vhost, String exchange) {
            return leaving.getOrDefault(List.of(vhost, exchange), 0);
        }

        /** Returns what is around a queue, an exchange or a topic. */
        public Surroundings around(Destination of, @Nullable List<Binding> bound) {
            return new Surroundings(
                    bindings.getOrDefault(of, Set.of()),
                    names.getOrDefault(of.vhost(), Set.of()),
                    BindingIntent.of(bound));
        }
    }

    /** Reads it, as far as it may concern one object: the exchanges that shall lead to it or did, and their bindings. */
    public static Surroundings around(
            QueueAdmin admin, Destination of, Set<BindingIntent> wanted, @Nullable List<Binding> bound) {
        var former = BindingIntent.of(bound);
        var exchanges = Stream.concat(wanted.stream(), former.stream())
                .map(BindingIntent::exchange)
                .distinct()
                .filter(exchange -> admin.exchange(of.vhost(), exchange).isPresent())
                .collect(Collectors.toSet());
        var bindings = exchanges.stream()
                .flatMap(exchange -> admin.bindings(of.vhost(), exchange, of.kind(), of.name()).stream())
                .collect(Collectors.toSet());
        return new Surroundings(bindings, exchanges, former);
    }

    /** Reads it all. */
    public static Topology read(QueueAdmin admin) {
        var queues = new HashMap<List<String>, QueueFacts>();
        admin.queues().forEach(queue -> queues.put(List.of(queue.vhost(), queue.name()), queue));
        var exchanges = new HashMap<List<String>, ExchangeFacts>();
        var names = new HashMap<String, Set<String>>();
        for (var exchange : admin.exchanges()) {
            exchanges.put(List.of(exchange.vhost(), exchange.name()), exchange);
            names.computeIfAbsent(exchange.vhost(), ignored -> new HashSet<>()).add(exchange.name());
        }
        var bindings = new HashMap<Destination, Set<BindingFacts>>();
        var leaving = new HashMap<List<String>, Integer>();
        for (var binding : admin.bindings()) {
            var destination = new Destination(binding.vhost(), binding.destination(), binding.kind());
            bindings.computeIfAbsent(destination, ignored -> new HashSet<>()).add(binding);
            leaving.merge(List.of(binding.vhost(), binding.source()), 1, Integer::sum);
        }
        // Copied once: whoever holds them next copies nothing.
        names.replaceAll((vhost, all) -> Set.copyOf(all));
        bindings.replaceAll((destination, all) -> Set.copyOf(all));
        return new Topology(queues, exchanges, names, bindings, leaving);
    }
}
