package io.millrace.broker.cluster;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.Message;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.CopyKeys;
import io.millrace.broker.topology.Router;
import io.millrace.broker.topology.Routes;
import io.millrace.broker.topology.Topology;
import java.util.ArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** Routes to queues as this process reaches them. */
final class Routing {
    private final Supplier<Topology> image;
    private final QueueTable table;

    Routing(Supplier<Topology> image, QueueTable table) {
        this.image = image;
        this.table = table;
    }

    /** Where a message goes from its exchange. */
    Publisher.Route route(VirtualHostName vhost, Message message) {
        return route(vhost, new ExchangeName(message.exchange()), message);
    }

    /** Where a message goes from an exchange by its routing key and those in its headers; nowhere if the exchange does not exist. */
    Publisher.Route route(VirtualHostName vhost, ExchangeName from, Message message) {
        var host = image.get().vhost(vhost);
        var exchange = host.flatMap(known -> known.exchange(from));
        if (host.isEmpty() || exchange.isEmpty()) {
            return Publisher.Route.NOWHERE;
        }
        var properties = BasicProperties.decode(message.properties());
        return handles(Router.route(
                host.get(),
                exchange.get(),
                CopyKeys.of(message.routingKey(), headers(properties)),
                () -> properties,
                Routing::chance));
    }

    static FieldTable headers(BasicProperties properties) {
        var headers = properties.headers();
        return headers == null ? FieldTable.EMPTY : headers;
    }

    /** Any number from 0 to {@code bound}, exclusive. */
    static int chance(int bound) {
        return ThreadLocalRandom.current().nextInt(bound);
    }

    /** The handles of the queues of a route; a queue that is being deleted has none. */
    Publisher.Route handles(Routes routes) {
        if (routes.isEmpty()) {
            return Publisher.Route.NOWHERE;
        }
        var queues = new ArrayList<QueueHandle>(routes.queues().size());
        for (var definition : routes.queues()) {
            var handle = table.byId(definition.qid());
            if (handle != null) {
                queues.add(handle);
            }
        }
        return new Publisher.Route(queues, routes.topics());
    }
}
