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
import org.jspecify.annotations.Nullable;

/** Looks at the queues, exchanges and bindings of a cluster: three requests, however many there are. */
public final class TopologyObserver {

    private TopologyObserver() {}

    /**
     * All there is.
     *
     * @param queues queues, by virtual host and name
     * @param exchanges exchanges, by virtual host and name
     * @param bindings bindings, by destination
     */
    public record Topology(
            Map<List<String>, QueueFacts> queues,
            Map<List<String>, ExchangeFacts> exchanges,
            Map<List<String>, Set<BindingFacts>> bindings,
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

        /** Returns what is around a queue or an exchange. */
        public Surroundings around(String vhost, String name, BindingFacts.Kind kind, @Nullable List<Binding> bound) {
            return new Surroundings(
                    bindings.getOrDefault(List.of(vhost, name, kind.word()), Set.of()),
                    exchanges.keySet().stream()
                            .filter(key -> key.getFirst().equals(vhost))
                            .map(List::getLast)
                            .collect(Collectors.toSet()),
                    BindingIntent.of(bound));
        }
    }

    /** Reads it. */
    public static Topology read(QueueAdmin admin) {
        var queues = new HashMap<List<String>, QueueFacts>();
        admin.queues().forEach(queue -> queues.put(List.of(queue.vhost(), queue.name()), queue));
        var exchanges = new HashMap<List<String>, ExchangeFacts>();
        admin.exchanges().forEach(exchange -> exchanges.put(List.of(exchange.vhost(), exchange.name()), exchange));
        var bindings = new HashMap<List<String>, Set<BindingFacts>>();
        var leaving = new HashMap<List<String>, Integer>();
        for (var binding : admin.bindings()) {
            var destination = List.of(
                    binding.vhost(), binding.destination(), binding.kind().word());
            bindings.computeIfAbsent(destination, ignored -> new HashSet<>()).add(binding);
            leaving.merge(List.of(binding.vhost(), binding.source()), 1, Integer::sum);
        }
        return new Topology(queues, exchanges, bindings, leaving);
    }
}
