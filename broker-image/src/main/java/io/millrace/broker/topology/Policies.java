package io.millrace.broker.topology;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.LongString;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** The policies of one virtual host, and which of them are in force for what. Immutable. */
final class Policies {
    /** Who comes first is in force; of equals RabbitMQ takes any, we the first by name. */
    private static final Comparator<Policy> ORDER =
            Comparator.comparing(Policy::priority).reversed().thenComparing(Policy::name);

    static final Policies NONE = new Policies(HashTreePMap.empty());

    private final PMap<TopologyKey.OfPolicy, Policy> byKey;
    private final List<Policy> users;
    private final List<Policy> operators;

    private Policies(PMap<TopologyKey.OfPolicy, Policy> byKey) {
        this.byKey = byKey;
        users = sorted(byKey.values(), Policy.Layer.USER);
        operators = sorted(byKey.values(), Policy.Layer.OPERATOR);
    }

    private static List<Policy> sorted(Collection<Policy> policies, Policy.Layer layer) {
        return policies.stream()
                .filter(policy -> policy.layer() == layer)
                .sorted(ORDER)
                .toList();
    }

    Policies with(Policy policy) {
        return new Policies(byKey.plus(policy.key(), policy));
    }

    Policies without(TopologyKey.OfPolicy key) {
        return new Policies(byKey.minus(key));
    }

    Optional<Policy> get(TopologyKey.OfPolicy key) {
        return Optional.ofNullable(byKey.get(key));
    }

    Collection<Policy> all() {
        return byKey.values();
    }

    boolean isEmpty() {
        return byKey.isEmpty();
    }

    EffectivePolicy of(QueueDefinition queue) {
        return isEmpty() ? EffectivePolicy.NONE : first(policy -> policy.matches(queue));
    }

    EffectivePolicy of(ExchangeDefinition exchange) {
        return isEmpty() ? EffectivePolicy.NONE : first(policy -> policy.matches(exchange));
    }

    private EffectivePolicy first(Predicate<Policy> matches) {
        return new EffectivePolicy(first(users, matches), first(operators, matches));
    }

    private static @Nullable Policy first(List<Policy> policies, Predicate<Policy> matches) {
        for (var policy : policies) {
            if (matches.test(policy)) {
                return policy;
            }
        }
        return null;
    }

    /** Where messages go that nothing is bound for: the exchange's own argument wins over a policy. */
    Optional<ExchangeName> alternate(ExchangeDefinition exchange) {
        var own = exchange.alternate();
        if (own.isPresent() || isEmpty() || exchange.name().isDefault()) {
            return own;
        }
        return of(exchange)
                .definition()
                .get(ExchangeDefinition.ALTERNATE)
                .map(name -> new ExchangeName(((LongString) name).text()));
    }
}
