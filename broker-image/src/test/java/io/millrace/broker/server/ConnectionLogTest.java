package io.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.millrace.broker.launcher.CapturedLog;
import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ReplyCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionLogTest {
    private static final String NAME = "127.0.0.1:52000 -> 127.0.0.1:5672";
    private static final String OPEN = "connection " + NAME + " (user 'shop', vhost '/')";

    private final CapturedLog captured = new CapturedLog(ConnectionLog.class.getName(), Level.DEBUG);
    private final ConnectionLog log = new ConnectionLog(NAME);

    @AfterEach
    void stop() {
        captured.close();
    }

    private void open() {
        log.accepted();
        log.spoken();
        log.authenticated("shop", "PLAIN");
        log.entered("/");
    }

    @Test
    void theUsualLifeOfAConnectionIsToldToWhoWantsToKnow() {
        open();
        log.closed();
        log.gone("the socket was closed");

        assertThat(captured.lines())
                .containsExactly(
                        "DEBUG connection " + NAME + ": accepted",
                        "DEBUG connection " + NAME + " (user 'shop'): authenticated by PLAIN",
                        "DEBUG " + OPEN + ": open",
                        "DEBUG " + OPEN + ": closed by the client");
    }

    @Test
    void aConnectionThatIsNotClosedAsItShouldBeIsAWarning() {
        open();
        log.gone("the socket was closed");

        assertThat(captured.lines())
                .last()
                .isEqualTo("WARN " + OPEN + ": ended without being closed by the client: the socket was closed");
    }

    @Test
    void whoOnlyLooksWhetherSomebodyListensIsNoWarning() {
        log.accepted();
        log.gone("the socket was closed");

        assertThat(captured.lines()).allMatch(line -> line.startsWith("DEBUG"));
    }

    @Test
    void aRefusedLoginIsToldOnce() {
        log.loginRefused("shop", "PLAIN");
        log.refused(new ConnectionError(ReplyCode.ACCESS_REFUSED, "Login was refused"));
        log.gone("the socket was closed");

        assertThat(captured.lines())
                .containsExactly("INFO connection " + NAME
                        + ": PLAIN login refused: user 'shop', unknown or with wrong credentials");
    }

    @Test
    void anErrorEndsAChannelOrTheConnectionWithCodeAndText() {
        open();
        log.channelRefused(7, new ChannelError(ReplyCode.NOT_FOUND, "no queue 'a' in vhost '/'"));
        log.refused(new ConnectionError(ReplyCode.NOT_ALLOWED, "no"));

        assertThat(captured.lines())
                .endsWith(
                        "WARN " + OPEN + " channel 7: closed with 404 NOT_FOUND - no queue 'a' in vhost '/'",
                        "WARN " + OPEN + ": closed with 530 NOT_ALLOWED - no");
    }

    @Test
    void whenThePodEndsItsConnectionsAreNoWarnings() {
        open();
        log.refused(new ConnectionError(ReplyCode.CONNECTION_FORCED, "shutdown"));

        assertThat(captured.lines()).last().asString().startsWith("DEBUG").contains("320");
    }

    @Test
    void theNameIsNotPutTogetherWhereNobodyReadsIt() {
        captured.close();
        try (var off = new CapturedLog(ConnectionLog.class.getName(), Level.INFO)) {
            open();
            log.closed();

            assertThat(off.lines()).isEmpty();
        }
    }
}
