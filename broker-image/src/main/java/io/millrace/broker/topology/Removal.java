package io.millrace.broker.topology;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.VirtualHostName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Collects the events that remove things and all that goes with them: bindings before their ends, and an auto-delete
 * exchange with the last binding from it.
 */
final class Removal {
    private final List<TopologyEvent> events = new ArrayList<>();
    private final List<QueueDefinition> queues = new ArrayList<>();
    private Topology image;

    Removal(Topology image) {
        this.image = image;
    }

    Decision.Accepted removed() {
        return new Decision.Accepted(events, new Decision.Reply.Removed(queues));
    }

    Decision.Accepted done() {
        return new Decision.Accepted(events, new Decision.Reply.Done());
    }

    void queue(QueueDefinition queue) {
        var destination = new Destination(Destination.Kind.QUEUE, queue.name().value());
        for (var binding : sorted(in(queue.vhost()).bindingsTo(destination))) {
            unbind(binding);
        }
        delete(queue.key());
        queues.add(queue);
    }

    void exchange(ExchangeDefinition exchange) {
        for (var binding : sorted(in(exchange.vhost()).bindingsFrom(exchange.name()))) {
            delete(binding.key());
        }
        var destination =
                new Destination(Destination.Kind.EXCHANGE, exchange.name().value());
        for (var binding : sorted(in(exchange.vhost()).bindingsTo(destination))) {
            unbind(binding);
        }
        delete(exchange.key());
    }

    void unbind(Binding binding) {
        if (!in(binding.vhost()).has(binding)) {
            return;
        }
        delete(binding.key());
        if (in(binding.vhost()).bindingsFrom(binding.source()).isEmpty()) {
            in(binding.vhost())
                    .exchange(binding.source())
                    .filter(ExchangeDefinition::autoDelete)
                    .ifPresent(this::exchange);
        }
    }

    void vhost(VirtualHostTopology vhost) {
        sorted(vhost.bindings()).forEach(binding -> delete(binding.key()));
        vhost.queues().stream()
                .sorted(Comparator.comparing(queue -> queue.name().value()))
                .forEach(this::queue);
        var predeclared = ExchangeDefinition.predeclared(vhost.name());
        vhost.exchanges().stream()
                .filter(exchange -> !predeclared.contains(exchange))
                .sorted(Comparator.comparing(exchange -> exchange.name().value()))
                .forEach(exchange -> delete(exchange.key()));
        permissions(image.permissions().stream()
                .filter(permission -> permission.vhost().equals(vhost.name()))
                .toList());
        settings(vhost.policies().stream());
        settings(image.settings(Setting.class).filter(setting -> setting.isIn(vhost.name())));
        delete(new TopologyKey.OfVirtualHost(vhost.name()));
    }

    void user(User user) {
        permissions(image.permissions().stream()
                .filter(permission -> permission.user().equals(user.name()))
                .toList());
        settings(image.settings(TopicPermission.class)
                .filter(topic -> topic.user().equals(user.name())));
        delete(user.key());
    }

    private void settings(Stream<? extends Setting> settings) {
        settings.map(Setting::key)
                .sorted(Comparator.comparing(TopologyKeys::encode))
                .toList()
                .forEach(this::delete);
    }

    private void permissions(List<Permission> permissions) {
        permissions.stream()
                .sorted(Comparator.comparing(permission -> permission.vhost().value() + "/" + permission.user()))
                .forEach(permission -> delete(permission.key()));
    }

    void delete(TopologyKey key) {
        var event = new TopologyEvent.Delete(key);
        events.add(event);
        image = image.apply(event);
    }

    private VirtualHostTopology in(VirtualHostName vhost) {
        return image.vhost(vhost).orElseGet(() -> VirtualHostTopology.empty(vhost));
    }

    /** Same input, same events: the order of hash maps is not to be seen. */
    private static List<Binding> sorted(Collection<Binding> bindings) {
        return bindings.stream()
                .sorted(Comparator.comparing(Binding::source, Comparator.comparing(ExchangeName::value))
                        .thenComparing(binding -> binding.destination().kind())
                        .thenComparing(binding -> binding.destination().name())
                        .thenComparing(binding -> binding.key().hash()))
                .toList();
    }
}
