package io.millrace.broker.launcher;

import java.security.Security;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The entry point of the image: its first argument names the program. */
@Command(name = "millrace-broker", description = "Event streaming and message queues on one replicated log.")
public final class Main {
    /** What Kafka says while it starts is of no use to a developer; in a cluster it is. */
    private static final String KAFKA_LOG_LEVEL = "KAFKA_LOG_LEVEL";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "this text")
    boolean help; // picocli acts on it

    private Main() {}

    /** Runs the program named by the first argument: {@code standalone}, {@code log} or {@code queues}. */
    public static void main(String[] arguments) {
        // Pods come back under their names with other addresses; a name that does not resolve now may do so in a
        // moment.
        Security.setProperty("networkaddress.cache.ttl", "5");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        if (List.of(arguments).contains("standalone") && System.getenv(KAFKA_LOG_LEVEL) == null) {
            System.setProperty(KAFKA_LOG_LEVEL, "ERROR");
        }
        System.exit(commandLine(AmqpQueueLayer::start).execute(arguments));
    }

    static CommandLine commandLine(QueueLayer.Starter queueLayer) {
        return new CommandLine(new Main())
                .addSubcommand(new StandaloneCommand(queueLayer))
                .addSubcommand(new LogCommand())
                .addSubcommand(new QueuesCommand(queueLayer))
                .setParameterExceptionHandler((e, arguments) -> {
                    e.getCommandLine().getErr().println(e.getMessage());
                    return CommandLine.ExitCode.USAGE;
                });
    }
}
