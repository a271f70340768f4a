package io.millrace.broker.cluster;

import io.millrace.broker.log.LogTarget;
import io.millrace.broker.log.MessageLog;
import io.millrace.broker.log.Transactions;
import io.millrace.broker.model.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message for the log, and who wants to hear what became of it. */
record Appending(LogTarget target, Message message, MessageLog.AppendListener listener) {
    static List<Transactions.Append> messages(List<Appending> all) {
        return all.stream()
                .map(one -> new Transactions.Append(one.target(), one.message()))
                .toList();
    }

    static long bytes(List<Appending> all) {
        return all.stream().mapToLong(one -> one.message().sizeBytes()).sum();
    }

    /** They lie at these offsets. */
    static void appended(List<Appending> all, List<Long> offsets) {
        for (int i = 0; i < all.size(); i++) {
            all.get(i).listener().appended(offsets.get(i), null);
        }
    }

    /** They are in the log, but nobody knows where; or they failed. */
    static void ended(List<Appending> all, @Nullable String failure) {
        all.forEach(one -> one.listener().appended(-1, failure));
    }
}
