package io.millrace.broker.management;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.server.Listener;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which listeners have certificates that end soon, with RabbitMQ's units and field names. Pure. */
final class CertificateExpiry {
    private static final double DAY_SECONDS = Duration.ofDays(1).toSeconds();
    private static final Map<String, Double> UNIT_SECONDS = Map.of(
            "days",
            DAY_SECONDS,
            "weeks",
            7 * DAY_SECONDS,
            "months",
            365 * DAY_SECONDS / 12,
            "years",
            365 * DAY_SECONDS);

    /** No certificate is valid as long. */
    private static final double FOR_EVER_SECONDS = 10_000 * 365 * DAY_SECONDS;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd H:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private CertificateExpiry() {}

    /** The end of a period that begins now; refuses what is no number or no unit. */
    static Instant end(Instant now, String within, String unit) {
        double number;
        try {
            number = new BigInteger(within).doubleValue();
        } catch (NumberFormatException e) {
            throw Refusal.badRequest("Invalid expiration value.");
        }
        var seconds = UNIT_SECONDS.get(unit.toLowerCase(Locale.ROOT));
        if (seconds == null) {
            throw Refusal.badRequest("Time unit not recognised. Supported units: days, weeks, months, years.");
        }
        return now.plusSeconds((long) Math.clamp(number * seconds, -FOR_EVER_SECONDS, FOR_EVER_SECONDS));
    }

    /** The listeners of a pod with a certificate that is not valid any more at {@code end}. */
    static List<ObjectNode> expiring(List<Listener> listeners, String pod, Instant end) {
        return listeners.stream()
                .flatMap(listener -> expiring(listener, pod, end).stream())
                .toList();
    }

    private static Optional<ObjectNode> expiring(Listener listener, String pod, Instant end) {
        return listener.identity().flatMap(identity -> {
            var certificates = identity.certificates();
            var own = times(certificates.own(), end);
            var trusted = times(certificates.trusted(), end);
            if (own.isEmpty() && trusted.isEmpty()) {
                return Optional.empty();
            }
            var shape = Shapes.object()
                    .put("node", pod)
                    .put("protocol", listener.protocol())
                    .put("interface", listener.address().getAddress().getHostAddress())
                    .put("port", listener.address().getPort())
                    .put("certfile", certificates.file())
                    .put("cacertfile", certificates.trustedFile().orElse(null));
            shape.set("certfile_expires_on", own);
            shape.set("cacertfile_expires_on", trusted);
            return Optional.of(shape);
        });
    }

    private static ArrayNode times(List<X509Certificate> certificates, Instant end) {
        return Shapes.texts(ends(certificates)
                .filter(time -> time.isBefore(end))
                .map(TIME::format)
                .toList());
    }

    private static Stream<Instant> ends(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(certificate -> certificate.getNotAfter().toInstant());
    }
}
