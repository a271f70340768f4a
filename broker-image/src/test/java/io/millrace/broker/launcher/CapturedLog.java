package io.millrace.broker.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged below a name while this is open, from a level on. */
public final class CapturedLog implements AutoCloseable {
    private final Logger logger;

    /** Loggers with a level of their own would not follow. */
    private final Map<Logger, Optional<Level>> before = new HashMap<>();

    private final List<String> lines = new CopyOnWriteArrayList<>();

    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            var trace = event.getThrowableProxy();
            lines.add(event.getLevel() + " " + event.getFormattedMessage()
                    + (trace == null ? "" : "\n" + ThrowableProxyUtil.asString(trace)));
        }
    };

    public CapturedLog(String name, Level level) {
        logger = (Logger) LoggerFactory.getLogger(name);
        for (var below : logger.getLoggerContext().getLoggerList()) {
            if (below.equals(logger) || (below.getName().startsWith(name + ".") && below.getLevel() != null)) {
                before.put(below, Optional.ofNullable(below.getLevel()));
                below.setLevel(level);
            }
        }
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
    }

    /** Level, message and stack trace of each event. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        before.forEach((changed, level) -> changed.setLevel(level.orElse(null)));
    }
}
