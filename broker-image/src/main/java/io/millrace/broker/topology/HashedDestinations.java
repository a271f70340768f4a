package io.millrace.broker.topology;

import io.millrace.broker.model.LongString;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * The destinations of a hash exchange, in one order and with the same choice on every pod. The weighted choice is
 * rendezvous hashing: each destination draws a number for the key, the highest wins. A destination that comes takes keys
 * from the others in proportion to its weight, and one that goes leaves its keys to the others; no other key moves.
 */
final class HashedDestinations {
    private static final Comparator<Destination> ORDER =
            Comparator.comparing(Destination::kind).thenComparing(Destination::name);

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final double UNIT = 0x1.0p-53;

    private record Weighted(Destination destination, double weight, long hash) {}

    private final List<Weighted> destinations;

    private HashedDestinations(List<Weighted> destinations) {
        this.destinations = destinations;
    }

    /** The ends of {@code bindings}; a destination that is bound more than once has the smallest of its weights. */
    static HashedDestinations of(Collection<Binding> bindings) {
        var weights = new TreeMap<Destination, Double>(ORDER);
        for (var binding : bindings) {
            weights.merge(binding.destination(), weight(binding.routingKey()), Math::min);
        }
        var weighted = new ArrayList<Weighted>(weights.size());
        weights.forEach((destination, weight) ->
                weighted.add(new Weighted(destination, weight, hash(destination.kind() + destination.name()))));
        return new HashedDestinations(weighted);
    }

    /** Passes if a binding key is a weight; throws 406 with RabbitMQ's text. */
    static void requireWeight(Binding binding) {
        var key = binding.routingKey();
        if (!isWhole(key)) {
            throw Refusals.precondition("The binding key must be an integer: " + ErlangText.term(LongString.of(key)));
        }
        if (new BigInteger(key).signum() <= 0) {
            throw Refusals.precondition("The binding key must be greater than 0");
        }
    }

    private static boolean isWhole(String key) {
        int digits = key.startsWith("-") || key.startsWith("+") ? 1 : 0;
        return key.length() > digits && key.chars().skip(digits).allMatch(digit -> digit >= '0' && digit <= '9');
    }

    /** Exchanges whose binding keys are no weights give every destination the same. */
    private static double weight(String key) {
        return isWhole(key) ? Math.min(new BigInteger(key).doubleValue(), Double.MAX_VALUE) : 1;
    }

    /** One by weight; none if there is none. */
    List<Destination> byWeight(String key) {
        long hash = hash(key);
        Weighted winner = null;
        double highest = 0;
        for (var each : destinations) {
            double drawn = ((mixed(hash ^ each.hash()) >>> 11) + 0.5) * UNIT; // strictly between 0 and 1
            double score = each.weight() / -Math.log(drawn);
            if (winner == null || score > highest) {
                winner = each;
                highest = score;
            }
        }
        return winner == null ? List.of() : List.of(winner.destination());
    }

    /** The one whose turn the key's hash is; none if there is none. */
    List<Destination> byModulus(String key) {
        return destinations.isEmpty()
                ? List.of()
                : List.of(destinations
                        .get((int) Long.remainderUnsigned(hash(key), destinations.size()))
                        .destination());
    }

    /** FNV-1a over the characters, mixed once more. Stays as it is: pods of two releases must agree. */
    private static long hash(String text) {
        long hash = FNV_OFFSET;
        for (int at = 0; at < text.length(); at++) {
            hash = (hash ^ text.charAt(at)) * FNV_PRIME;
        }
        return mixed(hash);
    }

    /** The finalizer of MurmurHash3: every bit of the input moves about half of the output's. */
    private static long mixed(long value) {
        long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
