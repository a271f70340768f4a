package io.millrace.broker.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Names of queues as the log has them: in topic names and in keys. */
public final class LogNames {
    private static final int LONGEST_TOPIC = 200;
    private static final int KEPT_OF_LONG_TOPIC = 150;
    private static final int HASH_BYTES = 8;
    private static final HexFormat HEX = HexFormat.of();

    private LogNames() {}

    /** Keeps ASCII letters, digits and {@code -}; every other byte of the UTF-8 becomes {@code _hh}. Reversible. */
    public static String encode(String name) {
        var encoded = new StringBuilder(name.length() + 8);
        for (var octet : name.getBytes(UTF_8)) {
            if (isKept(octet)) {
                encoded.append((char) octet);
            } else {
                encoded.append('_').append(HEX.toHexDigits(octet));
            }
        }
        return encoded.toString();
    }

    private static boolean isKept(byte octet) {
        return (octet >= 'a' && octet <= 'z')
                || (octet >= 'A' && octet <= 'Z')
                || (octet >= '0' && octet <= '9')
                || octet == '-';
    }

    /** The name that was encoded. */
    static String decode(String encoded) {
        var bytes = new ByteArrayOutputStream(encoded.length());
        for (var at = 0; at < encoded.length(); at++) {
            if (encoded.charAt(at) == '_') {
                bytes.write(HexFormat.fromHexDigits(encoded, at + 1, at + 3));
                at += 2;
            } else {
                bytes.write(encoded.charAt(at));
            }
        }
        return bytes.toString(UTF_8);
    }

    /** The topic of a durable queue; lives after the first have topics of their own. */
    public static String queueTopic(VirtualHostName vhost, QueueName queue, int incarnation) {
        return topic("q.", vhost, queue, incarnation);
    }

    /** The topic of a stream; lives after the first have topics of their own. */
    static String streamTopic(VirtualHostName vhost, QueueName queue, int incarnation) {
        return topic("s.", vhost, queue, incarnation);
    }

    /** The topic of what an exchange holds until it is due; not for Kafka clients, as all of the layer's own topics. */
    static String delayTopic(VirtualHostName vhost, QueueName queue, int incarnation) {
        return topic("amqp.delayed.", vhost, queue, incarnation);
    }

    private static String topic(String prefix, VirtualHostName vhost, QueueName queue, int incarnation) {
        var life = incarnation == 1 ? "" : ".g" + incarnation;
        var name = prefix + encode(vhost.value()) + "." + encode(queue.value()) + life;
        if (name.length() <= LONGEST_TOPIC) {
            return name;
        }
        var hash = HEX.formatHex(Sha256.of(name.getBytes(UTF_8)), 0, HASH_BYTES);
        return name.substring(0, KEPT_OF_LONG_TOPIC) + ".h" + hash;
    }

    /** The slot of a queue: spread evenly, and the same for ever for one number of slots. */
    public static int slot(VirtualHostName vhost, QueueName queue, int slots) {
        var digest = Sha256.of(
                vhost.value().getBytes(UTF_8), new byte[1], queue.value().getBytes(UTF_8));
        var hash = 0;
        for (var octet = 0; octet < Integer.BYTES; octet++) {
            hash = hash << 8 | (digest[octet] & 0xFF);
        }
        return Math.floorMod(hash, slots);
    }
}
