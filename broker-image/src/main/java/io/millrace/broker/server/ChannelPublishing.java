package io.millrace.broker.server;

import io.millrace.broker.cluster.Publisher;
import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.Message;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.queue.ReplyAddress;
import io.millrace.broker.topology.CopyKeys;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.wire.Basic;
import io.millrace.broker.wire.ContentHeader;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** What a publish needs before it can leave: permission, route, expiry. A publisher that stays on one routing key costs one look. */
final class ChannelPublishing {
    private final ConnectionHandler connection;
    private Basic.@Nullable Publish lastPublish;
    /** Weakly: it holds every queue there was, and this channel may be silent for days. */
    private WeakReference<Topology> lastImage = new WeakReference<>(null);

    private Publisher.@Nullable Route lastRoute;
    private @Nullable ContentHeader checkedHeader;
    private boolean hasCopies;
    private boolean asksForReply;
    private @Nullable String replyAddress;

    ChannelPublishing(ConnectionHandler connection) {
        this.connection = connection;
    }

    /** Where it goes; throws 403, 404 or 406. */
    @SuppressWarnings("ReferenceEquality") // the decoder repeats the very record when the bytes repeat
    Publisher.Route route(Basic.Publish publish, ContentHeader header) {
        var topology = connection.broker().topology();
        var image = topology.image();
        look(publish, header);
        if (asksForReply && replyAddress == null) {
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED,
                    "fast reply consumer does not exist",
                    publish.classId(),
                    publish.methodId());
        }
        var known = lastRoute;
        if (known != null && !hasCopies && lastPublish == publish && lastImage.refersTo(image)) {
            return known;
        }
        var route = topology.publishRoute(connection.actor(), connection.vhost(), publish, header);
        lastRoute = route.cacheable() ? route.route() : null;
        lastPublish = publish;
        if (!lastImage.refersTo(image)) {
            lastImage = new WeakReference<>(image);
        }
        return route.route();
    }

    /** An answer goes to no queue, but the permission to publish to the default exchange is needed; throws 403 or 406. */
    void requireAllowed(Basic.Publish publish, ContentHeader header) {
        look(publish, header);
        connection.broker().topology().requireWritable(connection.actor(), connection.vhost(), publish.exchange());
    }

    /** Where answers to this channel's requests go; null while it takes none. */
    @Nullable
    String replyAddress() {
        return replyAddress;
    }

    void replyAddress(@Nullable String address) {
        replyAddress = address;
    }

    @SuppressWarnings("ReferenceEquality") // as above
    private void look(Basic.Publish publish, ContentHeader header) {
        if (checkedHeader != header) {
            check(publish, header);
            checkedHeader = header;
        }
    }

    /** Malformed properties end the connection here, before anybody could be sent them. */
    private void check(Basic.Publish publish, ContentHeader header) {
        var properties = header.properties();
        var headers = properties.headers();
        hasCopies = headers != null && CopyKeys.isIn(headers);
        asksForReply = ReplyAddress.QUEUE.equals(properties.replyTo());
        var userId = properties.userId();
        if (userId != null && !userId.equals(connection.user())) {
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED,
                    "user_id property set to '%s' but authenticated user was '%s'".formatted(userId, connection.user()),
                    publish.classId(),
                    publish.methodId());
        }
        if (properties.expiration() != null) {
            lifetimeMs(publish, properties.expiration());
        }
    }

    /** Whether the queues last published to have consumers that are behind. */
    boolean isCrowded() {
        var route = lastRoute;
        if (route != null) {
            for (var queue : route.queues()) {
                if (queue.isCrowded()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The message that takes a route. */
    Message message(Basic.Publish publish, ContentHeader header, byte[] body, Publisher.Route route) {
        long now = connection.broker().clock().millis();
        long expiry = Message.NEVER;
        if (header.hasAny(BasicProperties.EXPIRATION)) {
            var expiration = header.properties().expiration();
            expiry = expiration == null ? Message.NEVER : now + lifetimeMs(publish, expiration);
        }
        return new Message(publish.exchange(), publish.routingKey(), properties(header, route), body, expiry, now);
    }

    private byte[] properties(ContentHeader header, Publisher.Route route) {
        if (!hasCopies && !asksForReply) {
            return header.propertyBytes();
        }
        var properties = header.properties();
        if (hasCopies) {
            properties = route.on(properties);
        }
        return (asksForReply && replyAddress != null ? properties.withReplyTo(replyAddress) : properties).encode();
    }

    private static long lifetimeMs(Basic.Publish publish, String expiration) {
        try {
            long lifetime = Long.parseLong(expiration);
            if (lifetime >= 0 && lifetime <= 0xFFFF_FFFFL) {
                return lifetime;
            }
        } catch (NumberFormatException e) {
            // refused below
        }
        throw new ChannelError(
                ReplyCode.PRECONDITION_FAILED,
                "invalid expiration '" + expiration + "': not a number of milliseconds from 0 to 4294967295",
                publish.classId(),
                publish.methodId());
    }
}
