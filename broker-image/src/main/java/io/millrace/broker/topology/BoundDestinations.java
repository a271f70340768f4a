package io.millrace.broker.topology;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** Some bindings and, each once, the destinations they lead to. Immutable; the list is made when first asked for. */
final class BoundDestinations {
    static final BoundDestinations NONE = new BoundDestinations(HashTreePMap.empty());

    private final PMap<TopologyKey.OfBinding, Binding> bindings;
    private @Nullable List<Destination> destinations;

    private BoundDestinations(PMap<TopologyKey.OfBinding, Binding> bindings) {
        this.bindings = bindings;
    }

    BoundDestinations with(TopologyKey.OfBinding key, Binding binding) {
        return new BoundDestinations(bindings.plus(key, binding));
    }

    BoundDestinations without(TopologyKey.OfBinding key) {
        return new BoundDestinations(bindings.minus(key));
    }

    boolean isEmpty() {
        return bindings.isEmpty();
    }

    Collection<Binding> bindings() {
        return bindings.values();
    }

    @Nullable
    Binding get(TopologyKey.OfBinding key) {
        return bindings.get(key);
    }

    List<Destination> destinations() {
        var known = destinations;
        if (known == null) {
            known = bindings.values().stream()
                    .map(Binding::destination)
                    .distinct()
                    .toList();
            destinations = known; // a benign race: every thread computes an equal list
        }
        return known;
    }
}
