package io.millrace.broker.topology;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * What exists in one virtual host. Immutable. Entries may be applied in any order: compaction of the log can bring a
 * binding before its ends, and an exchange before its virtual host.
 */
public final class VirtualHostTopology {
    private final VirtualHostName name;
    private final @Nullable VirtualHost definition;
    private final PMap<ExchangeName, ExchangeDefinition> exchanges;
    private final PMap<QueueName, QueueDefinition> queues;
    private final PMap<ExchangeName, SourceBindings> bySource;
    private final PMap<Destination, BoundDestinations> byDestination;
    private final Policies policies;

    private VirtualHostTopology(
            VirtualHostName name,
            @Nullable VirtualHost definition,
            PMap<ExchangeName, ExchangeDefinition> exchanges,
            PMap<QueueName, QueueDefinition> queues,
            PMap<ExchangeName, SourceBindings> bySource,
            PMap<Destination, BoundDestinations> byDestination,
            Policies policies) {
        this.name = name;
        this.definition = definition;
        this.exchanges = exchanges;
        this.queues = queues;
        this.bySource = bySource;
        this.byDestination = byDestination;
        this.policies = policies;
    }

    static VirtualHostTopology empty(VirtualHostName name) {
        PMap<ExchangeName, ExchangeDefinition> predeclared = HashTreePMap.empty();
        for (var exchange : ExchangeDefinition.predeclared(name)) {
            predeclared = predeclared.plus(exchange.name(), exchange);
        }
        return new VirtualHostTopology(
                name,
                null,
                predeclared,
                HashTreePMap.empty(),
                HashTreePMap.empty(),
                HashTreePMap.empty(),
                Policies.NONE);
    }

    public VirtualHostName name() {
        return name;
    }

    /** Present unless only parts of it have been replayed so far. */
    public Optional<VirtualHost> definition() {
        return Optional.ofNullable(definition);
    }

    public Optional<ExchangeDefinition> exchange(ExchangeName exchange) {
        return Optional.ofNullable(exchanges.get(exchange));
    }

    /** All exchanges, the predeclared ones included. */
    public Collection<ExchangeDefinition> exchanges() {
        return exchanges.values();
    }

    public Optional<QueueDefinition> queue(QueueName queue) {
        return Optional.ofNullable(queues.get(queue));
    }

    public Collection<QueueDefinition> queues() {
        return queues.values();
    }

    /** The bindings from an exchange. */
    public Collection<Binding> bindingsFrom(ExchangeName source) {
        return from(source).all().bindings();
    }

    /** The bindings to a queue, exchange or topic. */
    public Collection<Binding> bindingsTo(Destination destination) {
        return byDestination.getOrDefault(destination, BoundDestinations.NONE).bindings();
    }

    /** All bindings. */
    public Collection<Binding> bindings() {
        return bySource.values().stream()
                .flatMap(from -> from.all().bindings().stream())
                .toList();
    }

    public boolean has(Binding binding) {
        return from(binding.source()).all().get(binding.key()) != null;
    }

    public Optional<Policy> policy(TopologyKey.OfPolicy key) {
        return policies.get(key);
    }

    /** Policies and operator policies. */
    public Collection<Policy> policies() {
        return policies.all();
    }

    /** What is in force for a queue. */
    public EffectivePolicy policyOf(QueueDefinition queue) {
        return policies.of(queue);
    }

    /** What is in force for an exchange. */
    public EffectivePolicy policyOf(ExchangeDefinition exchange) {
        return policies.of(exchange);
    }

    /** What a queue does: its arguments, as policies change them. */
    FieldTable effectiveArguments(QueueDefinition queue) {
        return policyOf(queue).arguments(queue);
    }

    /** Where messages go that nothing is bound for, by argument or policy. */
    Optional<ExchangeName> alternateOf(ExchangeDefinition exchange) {
        return policies.alternate(exchange);
    }

    SourceBindings from(ExchangeName source) {
        return bySource.getOrDefault(source, SourceBindings.NONE);
    }

    /** Whether nothing is left of it that the log holds. */
    boolean isEmpty() {
        return definition == null
                && queues.isEmpty()
                && bySource.isEmpty()
                && policies.isEmpty()
                && exchanges.size() == ExchangeDefinition.predeclared(name).size();
    }

    VirtualHostTopology with(@Nullable VirtualHost other) {
        return new VirtualHostTopology(name, other, exchanges, queues, bySource, byDestination, policies);
    }

    VirtualHostTopology with(Policy policy) {
        return withPolicies(policies.with(policy));
    }

    VirtualHostTopology without(TopologyKey.OfPolicy policy) {
        return withPolicies(policies.without(policy));
    }

    private VirtualHostTopology withPolicies(Policies others) {
        return new VirtualHostTopology(name, definition, exchanges, queues, bySource, byDestination, others);
    }

    VirtualHostTopology with(ExchangeDefinition exchange) {
        return withExchanges(exchanges.plus(exchange.name(), exchange));
    }

    VirtualHostTopology without(ExchangeName exchange) {
        return withExchanges(exchanges.minus(exchange));
    }

    private VirtualHostTopology withExchanges(PMap<ExchangeName, ExchangeDefinition> others) {
        return new VirtualHostTopology(name, definition, others, queues, bySource, byDestination, policies);
    }

    VirtualHostTopology with(QueueDefinition queue) {
        return withQueues(queues.plus(queue.name(), queue));
    }

    VirtualHostTopology without(QueueName queue) {
        return withQueues(queues.minus(queue));
    }

    private VirtualHostTopology withQueues(PMap<QueueName, QueueDefinition> others) {
        return new VirtualHostTopology(name, definition, exchanges, others, bySource, byDestination, policies);
    }

    VirtualHostTopology with(Binding binding) {
        var key = binding.key();
        var from = from(binding.source()).with(key, binding);
        var to = byDestination
                .getOrDefault(binding.destination(), BoundDestinations.NONE)
                .with(key, binding);
        return new VirtualHostTopology(
                name,
                definition,
                exchanges,
                queues,
                bySource.plus(binding.source(), from),
                byDestination.plus(binding.destination(), to),
                policies);
    }

    VirtualHostTopology without(TopologyKey.OfBinding key) {
        var from = from(key.source()).without(key);
        var to = byDestination
                .getOrDefault(key.destination(), BoundDestinations.NONE)
                .without(key);
        return new VirtualHostTopology(
                name,
                definition,
                exchanges,
                queues,
                from.isEmpty() ? bySource.minus(key.source()) : bySource.plus(key.source(), from),
                to.isEmpty() ? byDestination.minus(key.destination()) : byDestination.plus(key.destination(), to),
                policies);
    }
}
