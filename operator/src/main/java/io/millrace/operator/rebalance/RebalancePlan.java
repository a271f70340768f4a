package io.millrace.operator.rebalance;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Moves that lead to a better placement.
 *
 * @param moves in the order of their topics and partitions, each partition once
 */
public record RebalancePlan(List<Move> moves) {
    public RebalancePlan {
        moves = List.copyOf(moves);
    }

    /** Returns what has to be copied, in bytes. */
    public long bytes() {
        return moves.stream().mapToLong(Move::bytes).sum();
    }

    /** Returns 12 hex digits that stand for where everything goes from and to: what is approved. Sizes do not count, they grow meanwhile. */
    public String hash() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var move : moves) {
                var line = "%s %s %s\n".formatted(move.partition(), move.from(), move.to());
                digest.update(line.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
