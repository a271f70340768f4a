package io.millrace.operator.bench;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What has been spent so far. Unlike the clock, it says something on a machine that others use, too.
 *
 * @param cpu processor time by program; that of the operator is this process, the load included
 * @param writes writes to the API server, those of the load included
 * @param admin requests of the operator's Admin client, of all kinds
 */
record Spending(Map<String, Duration> cpu, double writes, double admin) {

    private static final String OPERATOR = "operator";
    private static final String BROKER = "broker";

    /** The API server, its etcd and its controllers: one program or several. */
    private static final String KUBERNETES = "kubernetes";

    private static final String ADMIN = "kafka.admin.client:type=admin-client-metrics,client-id=millrace-operator";

    static Spending now() {
        var cpu = ProcessHandle.current()
                .descendants()
                .collect(Collectors.toMap(Spending::program, Spending::cpu, Duration::plus));
        cpu.put(OPERATOR, cpu(ProcessHandle.current()));
        return new Spending(cpu, Cost.writes(), adminRequests());
    }

    /** Says what was spent since for a number of objects, each of which the load has written once. */
    void tellSince(int objects) {
        var now = now();
        Words.say(
                "  for 1,000 of them: processor seconds %.1f operator and load, %.1f broker, %.1f API server, etcd and"
                        + " controllers; for each: %.2f writes to the API server beside its creation, %.2f Admin requests",
                seconds(now, OPERATOR, objects),
                seconds(now, BROKER, objects),
                seconds(now, KUBERNETES, objects),
                (now.writes - writes) / objects - 1,
                (now.admin - admin) / objects);
    }

    /** Says what the broker has spent since. */
    void tellOfTheBrokerSince(int objects) {
        Words.say("  for 1,000 of them: processor seconds %.1f broker", seconds(now(), BROKER, objects));
    }

    private double seconds(Spending now, String program, int objects) {
        var spent = now.cpu.getOrDefault(program, Duration.ZERO).minus(cpu.getOrDefault(program, Duration.ZERO));
        return spent.toMillis() / (double) objects;
    }

    private static String program(ProcessHandle process) {
        var command = process.info().command().orElse("");
        return command.endsWith("/java") ? BROKER : KUBERNETES;
    }

    private static Duration cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static double adminRequests() {
        try {
            return (double)
                    ManagementFactory.getPlatformMBeanServer().getAttribute(new ObjectName(ADMIN), "request-total");
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }
}
