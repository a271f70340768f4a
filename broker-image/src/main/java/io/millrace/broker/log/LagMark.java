package io.millrace.broker.log;

import io.millrace.broker.queue.SettlementLedger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What is shown of one partition of a queue.
 *
 * @param floor all below is settled
 * @param metadata {@code Q1;} and, in Base64url, varints: the owner's epoch, the number of ready messages, then for each run of settled offsets above the floor the gap
 *     before it and its length; {@code Q1;+} if that is too much for Kafka's 4,096 characters
 */
public record LagMark(long floor, String metadata) {
    private static final String FORMAT = "Q1;";
    private static final int BYTES_AT_MOST = 3_069;
    private static final int RUNS_AT_MOST = 1_500;

    /** The mark of a partition whose ledger is given. */
    public static LagMark of(long epoch, long ready, SettlementLedger ledger) {
        var runs = ledger.runsAboveFloor(RUNS_AT_MOST + 1);
        var out = ByteBuffer.allocate(BYTES_AT_MOST + 4 * Long.BYTES);
        Varint.write(out, epoch);
        Varint.write(out, ready);
        long end = ledger.floor();
        for (var run : runs) {
            if (out.position() > BYTES_AT_MOST || runs.size() > RUNS_AT_MOST) {
                return new LagMark(ledger.floor(), FORMAT + "+");
            }
            Varint.write(out, run.from() - end);
            Varint.write(out, run.to() - run.from());
            end = run.to();
        }
        if (out.position() > BYTES_AT_MOST) {
            return new LagMark(ledger.floor(), FORMAT + "+");
        }
        var encoded = Base64.getUrlEncoder().withoutPadding().encode(out.flip());
        return new LagMark(ledger.floor(), FORMAT + StandardCharsets.US_ASCII.decode(encoded));
    }
}
