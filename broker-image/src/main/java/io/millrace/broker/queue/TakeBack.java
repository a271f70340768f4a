package io.millrace.broker.queue;

import io.millrace.broker.model.DeathReason;
import io.millrace.broker.queue.QueueCommand.Outcome;

/** What an earlier owner delivered, as its messages come from the log here: it goes to who has it, or the way that was decided meanwhile. */
final class TakeBack {
    /** What becomes of a message that is held no more. */
    interface Fate {
        void settled(Entry entry);

        void returned(Entry entry);

        void dead(Entry entry, DeathReason reason);
    }

    private final Consumers consumers;
    private final Unacknowledged unacked;
    private final Fate fate;

    TakeBack(Consumers consumers, Unacknowledged unacked, Fate fate) {
        this.consumers = consumers;
        this.unacked = unacked;
        this.fate = fate;
    }

    /** What this owner has delivered or settled meanwhile is not the session's any more. */
    void told(Level level, SessionId session, String consumerTag, long place) {
        if (!unacked.contains(place)) {
            level.handBacks.add(session, consumerTag, Place.offset(place));
        }
    }

    /** Takes the head if it was delivered by an earlier owner. */
    boolean head(Level level, Entry head) {
        long offset = Place.offset(head.place);
        var held = level.handBacks.take(offset);
        if (level.ledger().isSettled(offset)) {
            level.window.take();
            return true;
        }
        if (held == null) {
            return false;
        }
        level.window.take();
        goOn(head, held);
        return true;
    }

    /**
     * Takes all that was handed back of a shard, before anything of it is delivered; false if some of it has first to come from the log.
     *
     * @param passesEarlier whether what was delivered proves that messages of its key before it were settled: their acknowledgements were lost with the owner
     */
    boolean all(Level level, KeyedWindow window, boolean passesEarlier) {
        var handBacks = level.handBacks;
        if (handBacks.isEmpty()) {
            return true;
        }
        if (handBacks.areAwaited() && !window.isFull()) {
            return false;
        }
        if (handBacks.areAwaited() && !handBacks.areRead()) {
            return true; // too much lies before them
        }
        if (window.wantsHandedBack()) {
            return false;
        }
        window.findHandedBack(passesEarlier, new KeyedWindow.Found() {
            @Override
            public void delivered(Entry entry) {
                long offset = Place.offset(entry.place);
                var held = handBacks.take(offset);
                if (held == null || level.ledger().isSettled(offset)) {
                    fate.settled(entry);
                } else {
                    goOn(entry, held);
                }
            }

            @Override
            public void passed(long place, int bytes) {
                level.settle(place, bytes);
            }
        });
        handBacks.forgetRead();
        return true;
    }

    private void goOn(Entry entry, HandBacks.Held held) {
        if (held.decided() == Outcome.REQUEUE) {
            fate.returned(entry);
        } else if (held.decided() == Outcome.DEAD_LETTER) {
            fate.dead(entry, DeathReason.REJECTED);
        } else {
            var member = consumers.find(new ConsumerId(held.session(), held.consumerTag()));
            unacked.hold(entry, held.session(), member);
        }
    }
}
