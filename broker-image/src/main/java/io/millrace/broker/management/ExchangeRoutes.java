package io.millrace.broker.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.topology.ExchangeDefinition;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.VirtualHostTopology;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
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

    CompletionStage<Answer> listAll(Call call) {
        return list(vhosts.visible(call));
    }

    CompletionStage<Answer> list(Call call) {
        return list(Stream.of(vhosts.existing(call)));
    }

    private CompletionStage<Answer> list(Stream<VirtualHostTopology> vhosts) {
        var shapes = vhosts.flatMap(vhost -> vhost.exchanges().stream()
                        .sorted(Comparator.comparing(exchange -> exchange.name().value()))
                        .map(exchange -> shape(vhost, exchange)))
                .map(CompletionStage::toCompletableFuture)
                .toList();
        return CompletableFuture.allOf(shapes.toArray(CompletableFuture[]::new))
                .thenApply(all -> Answer.ok(Shapes.array(shapes.stream().map(CompletableFuture::join))));
    }

    /** What a delayed exchange holds is asked of whoever serves it; without an answer it is left out. */
    private CompletionStage<ObjectNode> shape(VirtualHostTopology vhost, ExchangeDefinition exchange) {
        var shape = Shapes.exchange(exchange, vhost.policyOf(exchange));
        return exchange.queue()
                .map(held -> QueueCounts.of(broker.topology(), held).thenApply(counts -> {
                    counts.ifPresent(known -> shape.put("messages_delayed", known.ready() + known.unacked()));
                    return shape;
                }))
                .orElseGet(() -> CompletableFuture.completedStage(shape));
    }

    /** The exchange in the path. */
    ExchangeDefinition existing(Call call) {
        return vhosts.existing(call).exchange(call.exchange()).orElseThrow(Refusal::notFound);
    }

    CompletionStage<Answer> get(Call call) {
        return shape(vhosts.existing(call), existing(call)).thenApply(Answer::ok);
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
