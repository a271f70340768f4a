package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.Exchange;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * An Exchange as it is meant.
 *
 * @param vhost its virtual host
 * @param name its name in AMQP
 * @param type direct, topic, ...
 * @param arguments its arguments, comparable
 * @param bindings other exchanges that route into it
 */
public record ExchangeIntent(
        String vhost, String name, String type, Map<String, Object> arguments, Set<BindingIntent> bindings) {
    public ExchangeIntent {
        arguments = Map.copyOf(arguments);
        bindings = Set.copyOf(bindings);
    }

    /** Returns the virtual host of an Exchange. */
    public static String vhostOf(Exchange exchange) {
        return Objects.requireNonNullElse(exchange.getSpec().vhost(), "/");
    }

    /** Returns the name in AMQP. */
    public static String nameOf(Exchange exchange) {
        return Objects.requireNonNullElse(
                exchange.getSpec().exchangeName(), exchange.getMetadata().getName());
    }

    /** Reads an Exchange. */
    public static ExchangeIntent parse(Exchange exchange) {
        var spec = exchange.getSpec();
        var type =
                switch (spec.type()) {
                    case DIRECT -> "direct";
                    case TOPIC -> "topic";
                    case FANOUT -> "fanout";
                    case X_DELAYED_MESSAGE -> "x-delayed-message";
                };
        return new ExchangeIntent(
                vhostOf(exchange),
                nameOf(exchange),
                type,
                Arguments.of(spec.arguments()),
                BindingIntent.of(spec.bindings()));
    }
}
