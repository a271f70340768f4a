package io.millrace.broker.cluster;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.SessionId;
import org.jspecify.annotations.Nullable;

/** A message, or a record that is none (a marker of Kafka's). */
final class ModelItem {
    /** Where a message is. */
    enum Place {
        READY,
        HELD,
        /** Rejected by a consumer of an earlier owner's time; its letter goes when its turn comes. */
        DOOMED,
        DYING,
        SETTLED
    }

    final @Nullable Message message;
    Place place = Place.READY;

    @Nullable
    SessionId holder;

    @Nullable
    ConsumerId consumer;

    boolean handedBack;
    boolean returned;
    boolean delivered;
    int count;
    boolean countIsVague;
    boolean settledDurably;

    ModelItem(@Nullable Message message) {
        this.message = message;
    }

    boolean isMessage() {
        return message != null;
    }

    boolean expiredAt(long now) {
        return message != null && message.expiredAt(now);
    }
}
