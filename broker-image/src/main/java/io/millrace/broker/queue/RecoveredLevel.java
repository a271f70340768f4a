package io.millrace.broker.queue;

/**
 * One level of a queue as it was found when this pod took the queue over.
 *
 * @param ledger what is settled; its floor is where the level begins
 * @param returns how often messages came back
 * @param deliveredBound nothing at or above it was ever delivered
 * @param logEnd the end of the log
 */
public record RecoveredLevel(SettlementLedger ledger, ReturnCounts returns, long deliveredBound, long logEnd) {
    /** A level that was never used. */
    public static RecoveredLevel fresh() {
        return new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 0, 0);
    }
}
