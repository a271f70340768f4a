package io.millrace.broker.cluster;

import io.millrace.broker.log.MessageLog;
import io.millrace.broker.model.DeathReason;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.Overflow;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueMachine;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How messages come into an owned queue whose owner decides about each: one too many is refused, one that was published before is not taken again. On its loop. */
final class Admissions {
    private final OwnedQueue queue;
    private final QueueHandle handle;
    private final QueueMachine machine;
    private final MessageLog log;
    private final DeadLetterOffice deadLetters;
    private final Runnable allArrived;
    private final @Nullable Duplicates duplicates;
    private final ArrayDeque<Runnable> early = new ArrayDeque<>();

    /**
     * @param duplicates what was published before, if that matters
     * @param allArrived run when no message that was admitted is on its way to the log any more
     */
    Admissions(
            OwnedQueue queue,
            MessageLog log,
            DeadLetterOffice deadLetters,
            @Nullable Duplicates duplicates,
            Runnable allArrived) {
        this.queue = queue;
        this.duplicates = duplicates;
        handle = queue.handle();
        machine = queue.machine();
        this.log = log;
        this.deadLetters = deadLetters;
        this.allArrived = allArrived;
    }

    /** Takes a message if there is room for it. {@code done} hears when it is replicated, or that there is none or it could not be written. */
    void offer(Message message, Publisher.Done done) {
        if (!isReady()) {
            early.add(() -> offer(message, done));
            return;
        }
        var id = duplicates == null ? null : Duplicates.id(message).orElse(null);
        if (duplicates == null || id == null) {
            admit(message, done);
        } else if (duplicates.isNew(id, done)) {
            admit(message, arrived -> {
                duplicates.published(id, arrived);
                done.done(arrived);
            });
        }
    }

    /** Whether it is known how much is in the queue, and what was published before. */
    private boolean isReady() {
        return machine.isMeasured() && (duplicates == null || duplicates.areKnown());
    }

    /** Decides about what came early, if it can now. */
    void retry() {
        if (!early.isEmpty() && isReady()) {
            var offers = List.copyOf(early);
            early.clear();
            offers.forEach(Runnable::run);
        }
    }

    private void admit(Message message, Publisher.Done done) {
        if (!machine.admits(message)) {
            if (handle.settings().overflow() == Overflow.REJECT_PUBLISH_DLX) {
                deadLetters.send(handle, message, DeathReason.MAXLEN, sent -> {});
            }
            done.done(false);
        } else if (handle.isLogged()) {
            append(message, done);
        } else {
            machine.gate().ended(message);
            queue.accept(new QueueCommand.Enqueued(message), null, null);
            done.done(true);
        }
    }

    private void append(Message message, Publisher.Done done) {
        int level = handle.settings().priorities().levelOf(message);
        log.append(handle.definition().slot(), handle.topic(), level, message, (offset, failure) -> handle.loop()
                .execute(() -> {
                    machine.gate().ended(message);
                    if (failure == null) {
                        handle.appended(level, offset, message);
                    }
                    done.done(failure == null || handle.isGone());
                    if (!machine.gate().isPassed()) {
                        allArrived.run();
                    }
                }));
    }
}
