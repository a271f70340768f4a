package io.millrace.broker.server;

import io.millrace.broker.model.Rates;
import io.millrace.broker.protocol.ChannelStatus;

/** How fast the counts of a channel go up. On the connection's loop. */
final class ChannelRates {
    private static final int COUNTS = 11;

    private final Rates rates = new Rates(COUNTS, System.nanoTime());

    ClientChannel shown(int number, ChannelStatus status) {
        var in = status.publishes();
        var out = status.deliveries();
        var meters = rates.meters(
                System.nanoTime(),
                in.published(),
                in.confirmed(),
                in.returned(),
                in.dropped(),
                out.delivered(),
                out.deliveredNoAck(),
                out.got(),
                out.gotNoAck(),
                out.gotNothing(),
                out.redelivered(),
                out.acknowledged());
        var flow = new ChannelFlow(
                meters[0],
                meters[1],
                meters[2],
                meters[3],
                meters[4],
                meters[5],
                meters[6],
                meters[7],
                meters[8],
                meters[9],
                meters[10]);
        return new ClientChannel(number, status, flow);
    }
}
