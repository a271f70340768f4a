package io.millrace.broker.management;

import io.millrace.broker.topology.ExchangeDefinition;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.VirtualHostTopology;
import java.util.Comparator;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** Exchanges. */
final class ExchangeRoutes {
    private final ManagedBroker broker;
    private final VirtualHostRoutes vhosts;

    ExchangeRoutes(ManagedBroker broker, VirtualHostRoutes vhosts) {
        this.broker = broker;
        this.vhosts = vhosts;
    }

    Answer listAll(Call call) {
        return list(vhosts.visible(call));
    }

    Answer list(Call call) {
        return list(Stream.of(vhosts.existing(call)));
    }

    private static Answer list(Stream<VirtualHostTopology> vhosts) {
        return Answer.ok(Shapes.array(vhosts.flatMap(vhost -> vhost.exchanges().stream()
                .sorted(Comparator.comparing(exchange -> exchange.name().value()))
                .map(exchange -> Shapes.exchange(exchange, vhost.policyOf(exchange))))));
    }

    /** The exchange in the path. */
    ExchangeDefinition existing(Call call) {
        return vhosts.existing(call).exchange(call.exchange()).orElseThrow(Refusal::notFound);
    }

    Answer get(Call call) {
        var exchange = existing(call);
        return Answer.ok(Shapes.exchange(exchange, vhosts.existing(call).policyOf(exchange)));
    }

    CompletionStage<Answer> put(Call call) {
        var isNew = vhosts.existing(call).exchange(call.exchange()).isEmpty();
        var body = call.json();
        return broker.change(new TopologyCommand.DeclareExchange(
                        call.actor(),
                        call.vhost(),
                        call.exchange().value(),
                        Call.text(body, "type").orElse("direct"),
                        Call.truth(body, "durable", true),
                        Call.truth(body, "auto_delete", false),
                        Call.truth(body, "internal", false),
                        Call.arguments(body)))
                .thenApply(reply -> Answer.put(isNew));
    }

    CompletionStage<Answer> delete(Call call) {
        var exchange = existing(call);
        return broker.change(new TopologyCommand.DeleteExchange(
                        call.actor(), exchange.vhost(), exchange.name().value(), call.flag("if-unused")))
                .thenApply(reply -> Answer.noContent());
    }
}
