package io.millrace.broker.topology;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.model.VirtualHostName;

/** What more than one place refuses, in RabbitMQ's words. */
public final class Refusals {
    private Refusals() {}

    /** 404: the queue does not exist. */
    public static ChannelError noQueue(VirtualHostName vhost, QueueName queue) {
        return new ChannelError(ReplyCode.NOT_FOUND, "no " + text(vhost, queue));
    }

    /** 404: the exchange does not exist. */
    public static ChannelError noExchange(VirtualHostName vhost, ExchangeName exchange) {
        return new ChannelError(ReplyCode.NOT_FOUND, "no " + text(vhost, exchange));
    }

    /** 540: streams are not read or emptied that way. */
    public static ConnectionError notForStreams(String method, String vhost, String stream) {
        return new ConnectionError(
                ReplyCode.NOT_IMPLEMENTED,
                method + " not supported by stream queues " + text(new VirtualHostName(vhost), new QueueName(stream)));
    }

    /** 405: the queue belongs to another connection, or was declared exclusive and is not declared so now. */
    public static ChannelError locked(VirtualHostName vhost, QueueName queue) {
        return new ChannelError(
                ReplyCode.RESOURCE_LOCKED,
                "cannot obtain exclusive access to locked " + text(vhost, queue)
                        + ". It could be originally declared on another connection or the exclusive property value"
                        + " does not match that of the original declaration.");
    }

    static ChannelError precondition(String explanation) {
        return new ChannelError(ReplyCode.PRECONDITION_FAILED, explanation);
    }

    static ChannelError access(String explanation) {
        return new ChannelError(ReplyCode.ACCESS_REFUSED, explanation);
    }

    /** How RabbitMQ names a queue. */
    public static String text(VirtualHostName vhost, QueueName queue) {
        return "queue '" + queue.value() + "' in vhost '" + vhost.value() + "'";
    }

    /** How RabbitMQ names an exchange. */
    static String text(VirtualHostName vhost, ExchangeName exchange) {
        return "exchange '" + exchange.value() + "' in vhost '" + vhost.value() + "'";
    }
}
