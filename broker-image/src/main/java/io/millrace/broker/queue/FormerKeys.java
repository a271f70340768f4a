package io.millrace.broker.queue;

import io.millrace.broker.model.LongString;
import java.util.List;

/**
 * What a shard has to know of the others when the number of shards was changed: its messages of a key wait until those are settled that lie in topics the queue wrote to
 * before, and those in later topics wait for its own.
 */
final class FormerKeys {
    private List<Level> earlier = List.of();
    private List<Level> later = List.of();
    private boolean growing;

    /**
     * @param stillGrowing whether messages may yet come to earlier topics
     * @param before shards of earlier topics
     * @param after shards of later topics
     */
    void change(boolean stillGrowing, List<Level> before, List<Level> after) {
        growing = stillGrowing;
        earlier = before;
        later = after;
    }

    /** Whether messages of any key may lie in the logs of earlier topics. */
    boolean areUnread() {
        if (growing) {
            return true;
        }
        for (var level : earlier) {
            if (level.intake.isBehind()) {
                return true;
            }
        }
        return false;
    }

    /** Whether unsettled messages of this key may lie in earlier topics. */
    boolean mayHave(LongString key) {
        return !earlier.isEmpty()
                && (areUnread()
                        || earlier.stream().anyMatch(level -> level.keys().has(key)));
    }

    /** Of this key there is nothing unsettled here any more. */
    void gone(LongString key) {
        for (var level : later) {
            level.keys().earlierGone(key);
        }
    }

    /** A message of this key was delivered here: what lies in earlier topics is settled. */
    void passed(LongString key) {
        for (var level : earlier) {
            level.keys().pass(key, Place.of(level.number(), level.intake.end()));
        }
    }

    /** Whether it has first to be found out what consumers hold of later topics. */
    boolean waitForHandedBack() {
        for (var level : later) {
            if (level.hasToTakeBack()) {
                return true;
            }
        }
        return false;
    }
}
