package io.millrace.operator.plan;

import java.util.Map;

/**
 * An exchange as the brokers tell it.
 *
 * @param vhost its virtual host
 * @param name its name
 * @param type direct, topic, ...
 * @param durable whether it survives
 * @param arguments its arguments
 */
public record ExchangeFacts(String vhost, String name, String type, boolean durable, Map<String, Object> arguments) {
    public ExchangeFacts {
        arguments = Map.copyOf(arguments);
    }
}
