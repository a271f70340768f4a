package io.millrace.broker.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.AccessControl;
import io.millrace.broker.topology.Permission;
import io.millrace.broker.topology.ResourcePattern;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.VirtualHost;
import io.millrace.broker.topology.VirtualHostTopology;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;

/** Virtual hosts. */
final class VirtualHostRoutes {
    private static final ResourcePattern EVERYTHING = ResourcePattern.of(".*");

    private final ManagedBroker broker;
    private final Pods pods;

    VirtualHostRoutes(ManagedBroker broker, Pods pods) {
        this.broker = broker;
        this.pods = pods;
    }

    /** The virtual hosts the caller may look into, by name. */
    Stream<VirtualHostTopology> visible(Call call) {
        var image = broker.image();
        return image.vhosts()
                .filter(vhost -> Access.maySeeAll(call.user())
                        || AccessControl.mayEnter(
                                image, vhost.name(), call.user().name()))
                .sorted(Comparator.comparing(vhost -> vhost.name().value()));
    }

    CompletionStage<Answer> list(Call call) {
        var visible =
                visible(call).flatMap(vhost -> vhost.definition().stream()).toList();
        return counted(call, octets -> Answer.ok(Shapes.array(visible.stream().map(vhost -> shape(vhost, octets)))));
    }

    /** With {@code disable_stats=true} no other pod is asked. */
    private CompletionStage<Answer> counted(Call call, Function<Optional<OctetsByVhost>, Answer> answer) {
        return call.flag("disable_stats")
                ? CompletableFuture.completedStage(answer.apply(Optional.empty()))
                : pods.traffic().thenApply(octets -> answer.apply(Optional.of(octets)));
    }

    private ObjectNode shape(VirtualHost vhost, Optional<OctetsByVhost> octets) {
        var shape = Shapes.vhost(vhost, broker.pod());
        octets.ifPresent(counted -> counted.put(vhost.name().value(), shape));
        return shape;
    }

    /** The virtual host in the path. */
    VirtualHostTopology existing(Call call) {
        return broker.image().vhost(call.vhost()).orElseThrow(Refusal::notFound);
    }

    CompletionStage<Answer> get(Call call) {
        var vhost = existing(call).definition().orElseThrow(Refusal::notFound);
        return counted(call, octets -> Answer.ok(shape(vhost, octets)));
    }

    /** Whoever makes a virtual host may do everything in it, as in RabbitMQ. */
    CompletionStage<Answer> put(Call call) {
        var name = call.vhost();
        var known = broker.image().vhost(name).flatMap(VirtualHostTopology::definition);
        var description = Call.text(call.json(), "description")
                .orElse(known.map(VirtualHost::description).orElse(""));
        var put = broker.change(new TopologyCommand.PutVirtualHost(new VirtualHost(name, description)));
        if (known.isPresent()) {
            return put.thenApply(reply -> Answer.noContent());
        }
        return put.thenCompose(reply -> broker.change(
                        new TopologyCommand.PutPermission(all(name, call.user().name()))))
                .thenApply(reply -> Answer.created());
    }

    static Permission all(VirtualHostName vhost, String user) {
        return new Permission(vhost, user, EVERYTHING, EVERYTHING, EVERYTHING);
    }

    CompletionStage<Answer> delete(Call call) {
        var vhost = existing(call);
        return broker.change(new TopologyCommand.DeleteVirtualHost(vhost.name()))
                .thenApply(reply -> Answer.noContent());
    }
}
