package io.millrace.broker.protocol;

import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.wire.Connection;
import io.millrace.broker.wire.Frame;
import io.millrace.broker.wire.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;

/** Channel 0 of a connection: handshake, limits, end (AMQP 0-9-1 §2.2.4), with RabbitMQ's answers to what goes wrong. */
public final class ConnectionMachine {
    /** The largest frame we agree to. */
    public static final int FRAME_MAX_BYTES = 131_072;

    /** The highest channel number we agree to. */
    public static final int CHANNEL_MAX = 2_047;

    /** The mechanism of clients that are known by their certificates (RFC 4422, Appendix A). */
    public static final String EXTERNAL = "EXTERNAL";

    private static final int HEARTBEAT_SECONDS = 60;
    private static final List<String> MECHANISMS = List.of("PLAIN", "AMQPLAIN");
    private static final List<String> MECHANISMS_WITH_CERTIFICATE = List.of(EXTERNAL, "PLAIN", "AMQPLAIN");
    private static final List<String> CAPABILITIES = List.of(
            "publisher_confirms",
            "exchange_exchange_bindings",
            "basic.nack",
            "consumer_cancel_notify",
            "connection.blocked",
            "consumer_priorities",
            "authentication_failure_close",
            "per_consumer_qos",
            "direct_reply_to");

    /**
     * The limits that both sides agreed on.
     *
     * @param heartbeatSeconds 0: nobody sends any
     */
    public record Tuning(int channelMax, int frameMaxBytes, int heartbeatSeconds) {}

    private enum Stage {
        AWAITS_START_OK("starting"),
        AWAITS_TUNE_OK("tuning"),
        AWAITS_OPEN("opening"),
        OPEN("running");

        /** RabbitMQ's word for it. */
        private final String word;

        Stage(String word) {
            this.word = word;
        }
    }

    private final ConnectionPort port;
    private final String serverVersion;
    private Stage stage = Stage.AWAITS_START_OK;
    private FieldTable clientProperties = FieldTable.EMPTY;
    private String mechanism = "";
    private String user = "";
    private String virtualHost = "";
    private Tuning tuning = new Tuning(CHANNEL_MAX, FRAME_MAX_BYTES, HEARTBEAT_SECONDS);

    /** @param serverVersion the RabbitMQ version whose behaviour we show; clients branch on it */
    public ConnectionMachine(ConnectionPort port, String serverVersion) {
        this.port = port;
        this.serverVersion = serverVersion;
    }

    /** The client has begun with the right protocol header. */
    public void begin() {
        port.send(new Connection.Start(
                0, 9, serverProperties(), LongString.of(String.join(" ", mechanisms())), LongString.of("en_US")));
    }

    private List<String> mechanisms() {
        return port.hasCertificate() ? MECHANISMS_WITH_CERTIFICATE : MECHANISMS;
    }

    private FieldTable serverProperties() {
        var capabilities = new LinkedHashMap<String, FieldValue>();
        for (var capability : CAPABILITIES) {
            capabilities.put(capability, new FieldValue.Bool(true));
        }
        var properties = new LinkedHashMap<String, FieldValue>();
        properties.put("capabilities", FieldTable.of(capabilities));
        properties.put("cluster_name", LongString.of("millrace"));
        properties.put("copyright", LongString.of("The Millrace developers"));
        properties.put("information", LongString.of("Licensed under the Apache License 2.0"));
        properties.put("platform", LongString.of("Java"));
        properties.put("product", LongString.of("Millrace"));
        properties.put("version", LongString.of(serverVersion));
        return FieldTable.of(properties);
    }

    public boolean isOpen() {
        return stage == Stage.OPEN;
    }

    public String user() {
        return user;
    }

    /** The SASL mechanism the client has chosen; empty before that. */
    public String mechanism() {
        return mechanism;
    }

    public String virtualHost() {
        return virtualHost;
    }

    /** What was agreed on; what we ask for before that. */
    public Tuning tuning() {
        return tuning;
    }

    public FieldTable clientProperties() {
        return clientProperties;
    }

    /** Whether the client said it understands {@code capability}. */
    public boolean clientCan(String capability) {
        return clientProperties
                .get("capabilities")
                .filter(FieldTable.class::isInstance)
                .flatMap(table -> ((FieldTable) table).get(capability))
                .map(new FieldValue.Bool(true)::equals)
                .orElse(false);
    }

    /**
     * Lets a channel be opened.
     *
     * @param open how many are
     * @throws ConnectionError {@code NOT_ALLOWED} beyond what was negotiated (AMQP 0-9-1 §4.9)
     */
    public void admitChannel(int number, int open) {
        int channelMax = tuning.channelMax();
        if (number > channelMax) {
            var text = open < channelMax
                    ? "channel number %d is beyond the negotiated channel_max (%d)".formatted(number, channelMax)
                    : "number of channels opened (%d) has reached the negotiated channel_max (%d)"
                            .formatted(open, channelMax);
            throw new ConnectionError(ReplyCode.NOT_ALLOWED, text);
        }
    }

    /** Handles a method on channel 0. */
    public void on(Method method) {
        switch (method) {
            case Connection.StartOk startOk when stage == Stage.AWAITS_START_OK -> startOk(startOk);
            case Connection.TuneOk tuneOk when stage == Stage.AWAITS_TUNE_OK -> tuneOk(tuneOk);
            case Connection.Open open when stage == Stage.AWAITS_OPEN -> open(open);
            case Connection.Close close -> port.closeRequested();
            case Connection.CloseOk closeOk -> port.hangUp();
            case Connection.UpdateSecret update when stage == Stage.OPEN -> port.send(new Connection.UpdateSecretOk());
            default ->
                throw new ConnectionError(
                        ReplyCode.CHANNEL_ERROR,
                        "unexpected method in connection state " + stage.word,
                        method.classId(),
                        method.methodId());
        }
    }

    private void startOk(Connection.StartOk startOk) {
        clientProperties = startOk.clientProperties();
        mechanism = startOk.mechanism();
        if (!mechanisms().contains(mechanism)) {
            throw new ConnectionError(
                    ReplyCode.COMMAND_INVALID,
                    "unknown authentication mechanism '" + mechanism + "'",
                    startOk.classId(),
                    startOk.methodId());
        }
        var known = port.authenticate(mechanism, startOk.response().bytes());
        if (known.isEmpty()) {
            refuseLogin();
            return;
        }
        user = known.get();
        stage = Stage.AWAITS_TUNE_OK;
        port.send(new Connection.Tune(CHANNEL_MAX, FRAME_MAX_BYTES, HEARTBEAT_SECONDS));
    }

    /** Clients that can read it get the reason; for others the socket just ends, as the specification has it. */
    private void refuseLogin() {
        if (clientCan("authentication_failure_close")) {
            throw new ConnectionError(
                    ReplyCode.ACCESS_REFUSED,
                    "Login was refused using authentication mechanism " + mechanism
                            + ". For details see the broker logfile.");
        }
        port.hangUp();
    }

    private void tuneOk(Connection.TuneOk tuneOk) {
        long frameMax = tuneOk.frameMax();
        requireLimit("frame_max", Frame.MIN_MAX_BYTES, FRAME_MAX_BYTES, frameMax, tuneOk);
        requireLimit("channel_max", 1, CHANNEL_MAX, tuneOk.channelMax(), tuneOk);
        tuning = new Tuning(tuneOk.channelMax(), (int) frameMax, tuneOk.heartbeat());
        stage = Stage.AWAITS_OPEN;
        port.tuned((int) frameMax, tuneOk.heartbeat());
    }

    private static void requireLimit(String field, long min, long max, long value, Method by) {
        if (value != 0 && value < min) {
            throw refusedLimit(field, value, "lower than the minimum", min, by);
        }
        if (value == 0 || value > max) {
            throw refusedLimit(field, value, "higher than the maximum", max, by);
        }
    }

    private static ConnectionError refusedLimit(String field, long value, String how, long limit, Method by) {
        return new ConnectionError(
                ReplyCode.NOT_ALLOWED,
                "negotiated %s = %d is %s allowed value (%d)".formatted(field, value, how, limit),
                by.classId(),
                by.methodId());
    }

    private void open(Connection.Open open) {
        virtualHost = open.virtualHost();
        port.enter(user, virtualHost);
        stage = Stage.OPEN;
        port.send(new Connection.OpenOk());
    }

    /**
     * The user name and password in a SASL response.
     *
     * @return two elements, or none if the response is malformed
     */
    public static List<String> credentials(String mechanism, byte[] response) {
        return mechanism.equals("PLAIN") ? plain(response) : amqPlain(response);
    }

    /** RFC 4616: authzid NUL authcid NUL password. */
    private static List<String> plain(byte[] response) {
        int first = indexOfNul(response, 0);
        int second = first < 0 ? -1 : indexOfNul(response, first + 1);
        if (second < 0) {
            return List.of();
        }
        return List.of(
                LongString.of(Arrays.copyOfRange(response, first + 1, second)).text(),
                LongString.of(Arrays.copyOfRange(response, second + 1, response.length))
                        .text());
    }

    private static int indexOfNul(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    /** A field table without its length: LOGIN and PASSWORD. */
    private static List<String> amqPlain(byte[] response) {
        var table = FieldTable.decode(response);
        var login = table.get("LOGIN");
        var password = table.get("PASSWORD");
        return login.isPresent()
                        && password.isPresent()
                        && login.get() instanceof LongString name
                        && password.get() instanceof LongString secret
                ? List.of(name.text(), secret.text())
                : List.of();
    }
}
