package io.millrace.operator.plan;

import io.millrace.operator.intent.Arguments;
import io.millrace.operator.intent.BindingIntent;
import io.millrace.operator.intent.ExchangeIntent;
import io.millrace.operator.intent.QueueIntent;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides what is to be done about a queue or an exchange, and about the bindings that lead to it. */
public final class TopologyPlanner {

    private static final Duration SOON = Duration.ofSeconds(5);

    private TopologyPlanner() {}

    /**
     * What is there.
     *
     * @param bindings bindings that lead to the queue or exchange
     * @param exchanges names of all exchanges in its virtual host
     * @param bound bindings that were made for the object before; others are none of its business
     */
    public record Surroundings(Set<BindingFacts> bindings, Set<String> exchanges, Set<BindingIntent> bound) {
        public Surroundings {
            bindings = Set.copyOf(bindings);
            exchanges = Set.copyOf(exchanges);
            bound = Set.copyOf(bound);
        }
    }

    /**
     * Decides about a queue.
     *
     * @param adopted whether it was made for the object, or was once as it says: one that others made otherwise is not changed
     */
    public static Plan<TopologyAction> plan(
            QueueIntent intent, Optional<QueueFacts> found, Surroundings around, boolean adopted, boolean observeOnly) {
        var actions = new ArrayList<TopologyAction>();
        if (found.isEmpty()) {
            actions.add(new TopologyAction.EnsureVhost(intent.vhost()));
            actions.add(new TopologyAction.DeclareQueue(intent.vhost(), intent.name(), intent.arguments()));
        } else {
            var isOther = isOther(intent, found.get());
            if (isOther && adopted) {
                actions.add(new TopologyAction.ChangeQueue(intent.vhost(), intent.name(), intent.arguments()));
            } else if (isOther) {
                return Plan.nothing(Standing.notReady(
                        Reason.FORBIDDEN_CHANGE,
                        "queue %s exists with arguments %s and %s are asked for; delete it, or name another queue"
                                .formatted(
                                        intent.name(),
                                        Arguments.normal(found.get().arguments()),
                                        intent.arguments())));
            }
        }
        return finish(
                "queue " + intent.name(),
                actions,
                found.isPresent(),
                observeOnly,
                around,
                intent.bindings(),
                binding -> facts(intent.vhost(), intent.name(), BindingFacts.Kind.QUEUE, binding));
    }

    /** Decides about an exchange. */
    public static Plan<TopologyAction> plan(
            ExchangeIntent intent, Optional<ExchangeFacts> found, Surroundings around, boolean observeOnly) {
        var actions = new ArrayList<TopologyAction>();
        if (found.isEmpty()) {
            actions.add(new TopologyAction.EnsureVhost(intent.vhost()));
            actions.add(new TopologyAction.DeclareExchange(
                    intent.vhost(), intent.name(), intent.type(), intent.arguments()));
        } else if (!found.get().type().equals(intent.type())) {
            return Plan.nothing(Standing.notReady(
                    Reason.FORBIDDEN_CHANGE,
                    "exchange %s exists with type %s; delete it, or name another exchange"
                            .formatted(intent.name(), found.get().type())));
        } else if (isOther(intent, found.get())) {
            return Plan.nothing(Standing.notReady(
                    Reason.FORBIDDEN_CHANGE,
                    "exchange %s exists with arguments %s and %s are asked for; delete it, or name another exchange"
                            .formatted(intent.name(), found.get().arguments(), intent.arguments())));
        }
        return finish(
                "exchange " + intent.name(),
                actions,
                found.isPresent(),
                observeOnly,
                around,
                intent.bindings(),
                binding -> facts(intent.vhost(), intent.name(), BindingFacts.Kind.EXCHANGE, binding));
    }

    /** Returns whether a queue is another one than is asked for. */
    public static boolean isOther(QueueIntent intent, QueueFacts found) {
        return !Arguments.normal(found.arguments()).equals(intent.arguments());
    }

    /** Returns whether an exchange is another one than is asked for. */
    public static boolean isOther(ExchangeIntent intent, ExchangeFacts found) {
        return !found.type().equals(intent.type())
                || !found.arguments().entrySet().containsAll(intent.arguments().entrySet());
    }

    /** Decides about the bindings that lead to a topic that exists. */
    public static Plan<TopologyAction> planTopic(
            String topic, Set<BindingIntent> bindings, Surroundings around, boolean observeOnly) {
        return finish(
                "topic " + topic,
                new ArrayList<>(),
                true,
                observeOnly,
                around,
                bindings,
                binding -> facts("/", topic, BindingFacts.Kind.TOPIC, binding));
    }

    private static Plan<TopologyAction> finish(
            String what,
            List<TopologyAction> actions,
            boolean exists,
            boolean observeOnly,
            Surroundings around,
            Collection<BindingIntent> wanted,
            java.util.function.Function<BindingIntent, BindingFacts> facts) {
        var missingSources = new ArrayList<String>();
        for (var binding : wanted) {
            if (!around.exchanges().contains(binding.exchange())) {
                missingSources.add(binding.exchange());
            } else if (!around.bindings().contains(facts.apply(binding))) {
                actions.add(new TopologyAction.Bind(facts.apply(binding)));
            }
        }
        var former = new HashSet<>(around.bound());
        former.removeAll(Set.copyOf(wanted));
        former.stream()
                .map(facts)
                .filter(around.bindings()::contains)
                .forEach(binding -> actions.add(new TopologyAction.Unbind(binding)));
        if (observeOnly && !exists) {
            return Plan.nothing(Standing.notReady(Reason.NOT_THERE, what + " does not exist"));
        }
        if (observeOnly && !actions.isEmpty()) {
            return Plan.nothing(Standing.notReady(Reason.DIFFERS, what + " would need to " + Described.words(actions)));
        }
        if (!missingSources.isEmpty()) {
            return new Plan<>(
                    actions,
                    Standing.notReady(
                            Reason.SOURCE_NOT_FOUND,
                            "%s cannot be bound: there is no exchange %s".formatted(what, missingSources.getFirst())),
                    Optional.of(SOON));
        }
        return new Plan<>(actions, Standing.ready(what + " is as asked"), Optional.empty());
    }

    private static BindingFacts facts(String vhost, String destination, BindingFacts.Kind kind, BindingIntent binding) {
        return new BindingFacts(
                vhost, binding.exchange(), destination, kind, binding.routingKey(), binding.arguments());
    }
}
