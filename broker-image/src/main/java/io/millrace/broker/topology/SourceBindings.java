package io.millrace.broker.topology;

import io.millrace.broker.model.FieldTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The bindings from one exchange, indexed for routing whatever its type. Immutable; the indexes that only some
 * types need are made when first asked for, since only the exchange knows which it is.
 */
final class SourceBindings {
    static final SourceBindings NONE = new SourceBindings(BoundDestinations.NONE, HashTreePMap.empty(), null);

    private final BoundDestinations all;
    private final PMap<String, BoundDestinations> byRoutingKey;
    private @Nullable TopicTrie patterns;
    private @Nullable List<HeaderMatch> headerMatches;
    private @Nullable HashedDestinations hashed;

    private SourceBindings(
            BoundDestinations all, PMap<String, BoundDestinations> byRoutingKey, @Nullable TopicTrie patterns) {
        this.all = all;
        this.byRoutingKey = byRoutingKey;
        this.patterns = patterns;
    }

    SourceBindings with(TopologyKey.OfBinding key, Binding binding) {
        var routingKey = binding.routingKey();
        var same = byRoutingKey.get(routingKey);
        var trie = patterns;
        if (same == null) {
            same = BoundDestinations.NONE;
            trie = trie == null ? null : trie.with(routingKey);
        }
        return new SourceBindings(all.with(key, binding), byRoutingKey.plus(routingKey, same.with(key, binding)), trie);
    }

    SourceBindings without(TopologyKey.OfBinding key) {
        var binding = all.get(key);
        if (binding == null) {
            return this;
        }
        var routingKey = binding.routingKey();
        var rest = byRoutingKey.getOrDefault(routingKey, BoundDestinations.NONE).without(key);
        return rest.isEmpty()
                ? new SourceBindings(
                        all.without(key),
                        byRoutingKey.minus(routingKey),
                        patterns == null ? null : patterns.without(routingKey))
                : new SourceBindings(all.without(key), byRoutingKey.plus(routingKey, rest), patterns);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    BoundDestinations all() {
        return all;
    }

    List<Destination> direct(String routingKey) {
        var same = byRoutingKey.get(routingKey);
        return same == null ? List.of() : same.destinations();
    }

    void topic(String routingKey, Consumer<List<Destination>> found) {
        trie().match(routingKey, pattern -> found.accept(direct(pattern)));
    }

    private TopicTrie trie() {
        var known = patterns;
        if (known == null) {
            known = TopicTrie.EMPTY;
            for (var pattern : byRoutingKey.keySet()) {
                known = known.with(pattern);
            }
            patterns = known; // a benign race: every thread computes an equal trie
        }
        return known;
    }

    void headers(FieldTable table, Consumer<Destination> found) {
        for (var match : headerMatches()) {
            if (match.matches(table)) {
                found.accept(match.destination());
            }
        }
    }

    HashedDestinations hashed() {
        var known = hashed;
        if (known == null) {
            known = HashedDestinations.of(all.bindings());
            hashed = known; // a benign race, as above
        }
        return known;
    }

    private List<HeaderMatch> headerMatches() {
        var known = headerMatches;
        if (known == null) {
            known = new ArrayList<>();
            for (var binding : all.bindings()) {
                known.add(HeaderMatch.of(binding));
            }
            headerMatches = known; // a benign race, as above
        }
        return known;
    }
}
