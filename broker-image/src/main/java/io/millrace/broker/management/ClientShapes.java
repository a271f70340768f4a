package io.millrace.broker.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.protocol.ConsumerStatus;
import io.millrace.broker.server.ChannelFlow;
import io.millrace.broker.server.ClientChannel;
import io.millrace.broker.server.ClientConnection;
import io.millrace.broker.server.TlsSession;
import io.millrace.broker.server.Traffic;

/** The JSON of clients: connections, channels and consumers, with RabbitMQ's field names. */
final class ClientShapes {
    private ClientShapes() {}

    static ObjectNode connection(ClientConnection connection, String pod) {
        var tls = connection.tls();
        var tuning = connection.tuning();
        var shape = Shapes.object()
                .put("name", connection.name())
                .put("user", connection.user())
                .put("user_who_performed_action", connection.user())
                .put("vhost", connection.vhost())
                .put("connected_at", connection.since().toEpochMilli())
                .put("channels", connection.channels().size())
                .put("channel_max", tuning.channelMax())
                .put("frame_max", tuning.frameMaxBytes())
                .put("timeout", tuning.heartbeatSeconds())
                .put("peer_host", connection.peer().host())
                .put("peer_port", connection.peer().port())
                .put("host", connection.here().host())
                .put("port", connection.here().port())
                .put("protocol", "AMQP 0-9-1")
                .put("type", "network")
                .put("state", connection.blocked() ? "blocked" : "running")
                .put("recv_cnt", connection.traffic().reads())
                .put("send_cnt", connection.traffic().writes())
                .put("send_pend", connection.pendingOctets())
                .put("node", pod)
                .put("auth_mechanism", connection.mechanism())
                .put("ssl", tls.isPresent())
                .put("ssl_protocol", tls.map(TlsSession::protocol).orElse(null))
                .put("ssl_key_exchange", tls.map(TlsSession::keyExchange).orElse(null))
                .put("ssl_cipher", tls.map(TlsSession::cipher).orElse(null))
                .put("ssl_hash", tls.map(TlsSession::hash).orElse(null))
                .put("peer_cert_subject", tls.flatMap(TlsSession::peerSubject).orElse(null))
                .put("peer_cert_issuer", tls.flatMap(TlsSession::peerIssuer).orElse(null))
                .put("peer_cert_validity", tls.flatMap(TlsSession::peerValidity).orElse(null));
        octets(shape, connection.traffic());
        shape.set("client_properties", FieldJson.json(connection.properties()));
        var provided = shape.path("client_properties").path("connection_name");
        return provided.isTextual() ? shape.put("user_provided_name", provided.asText()) : shape;
    }

    /** Adds octets and their rates. */
    static void octets(ObjectNode shape, Traffic traffic) {
        Shapes.meter(shape, "recv_oct", traffic.received());
        Shapes.meter(shape, "send_oct", traffic.sent());
    }

    static String name(ClientConnection connection, ClientChannel channel) {
        return connection.name() + " (" + channel.number() + ")";
    }

    static ObjectNode channel(ClientConnection connection, ClientChannel channel, String pod) {
        var status = channel.status();
        var shape = Shapes.object()
                .put("name", name(connection, channel))
                .put("number", channel.number())
                .put("user", connection.user())
                .put("user_who_performed_action", connection.user())
                .put("vhost", connection.vhost())
                .put("node", pod)
                .put("state", "running")
                .put("confirm", status.confirms())
                .put("transactional", status.transactional())
                .put("prefetch_count", status.prefetch())
                .put("global_prefetch_count", status.channelPrefetch())
                .put("consumer_count", status.consumers().size())
                .put("messages_unacknowledged", status.unacked())
                .put("messages_unconfirmed", status.unconfirmed())
                .put("messages_uncommitted", status.uncommitted())
                .put("acks_uncommitted", status.uncommittedAcks());
        shape.set("message_stats", flow(channel.flow()));
        shape.putObject("connection_details")
                .put("name", connection.name())
                .put("peer_host", connection.peer().host())
                .put("peer_port", connection.peer().port());
        return shape;
    }

    private static ObjectNode flow(ChannelFlow flow) {
        var shape = Shapes.object();
        Shapes.meter(shape, "publish", flow.published());
        Shapes.meter(shape, "confirm", flow.confirmed());
        Shapes.meter(shape, "return_unroutable", flow.returned());
        Shapes.meter(shape, "drop_unroutable", flow.dropped());
        Shapes.meter(shape, "deliver", flow.delivered());
        Shapes.meter(shape, "deliver_no_ack", flow.deliveredNoAck());
        Shapes.meter(shape, "get", flow.got());
        Shapes.meter(shape, "get_no_ack", flow.gotNoAck());
        Shapes.meter(shape, "get_empty", flow.gotNothing());
        Shapes.meter(shape, "deliver_get", flow.sent());
        Shapes.meter(shape, "redeliver", flow.redelivered());
        Shapes.meter(shape, "ack", flow.acknowledged());
        return shape;
    }

    static ObjectNode consumer(
            ClientConnection connection, ClientChannel channel, ConsumerStatus consumer, String pod) {
        var shape = Shapes.object()
                .put("consumer_tag", consumer.tag())
                .put("ack_required", consumer.acknowledges())
                .put("exclusive", consumer.exclusive())
                .put("prefetch_count", consumer.prefetch());
        shape.set("arguments", FieldJson.json(consumer.arguments()));
        shape.putObject("queue").put("name", consumer.queue()).put("vhost", consumer.vhost());
        shape.putObject("channel_details")
                .put("name", name(connection, channel))
                .put("number", channel.number())
                .put("connection_name", connection.name())
                .put("node", pod)
                .put("peer_host", connection.peer().host())
                .put("peer_port", connection.peer().port())
                .put("user", connection.user());
        return shape;
    }
}
