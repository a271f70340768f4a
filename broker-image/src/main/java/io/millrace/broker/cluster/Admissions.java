package io.millrace.broker.cluster;

import io.millrace.broker.log.Logs;
import io.millrace.broker.log.MessageLog;
import io.millrace.broker.model.DeathReason;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.Overflow;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueMachine;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How messages come into an owned queue whose owner decides about each: one too many is refused, one that was published before is not taken again. On its loop. */
final class Admissions {
    private final OwnedQueue queue;
    private final QueueHandle handle;
    private final QueueMachine machine;
    private final MessageLog log;
    private final DeadLetterOffice deadLetters;
    private final Runnable allArrived;
    private final Logs logs;
    private final Clock clock;
    private OptionalLong windowMs = OptionalLong.empty();
    private @Nullable Duplicates duplicates;
    private final ArrayDeque<Runnable> early = new ArrayDeque<>();

    /**
     * @param allArrived run when no message that was admitted is on its way to the log any more
     */
    Admissions(OwnedQueue queue, Logs logs, DeadLetterOffice deadLetters, Clock clock, Runnable allArrived) {
        this.queue = queue;
        this.logs = logs;
        this.clock = clock;
        handle = queue.handle();
        machine = queue.machine();
        log = logs.messages();
        this.deadLetters = deadLetters;
        this.allArrived = allArrived;
        lookAtSettings();
    }

    /** For how long it matters what was published before may have changed; what came within that time is read from the log first. */
    private void lookAtSettings() {
        var window = handle.settings().deduplicationMs();
        if (window.equals(windowMs)) {
            return;
        }
        windowMs = window;
        duplicates = window.isPresent() ? new Duplicates(handle, logs, clock, window.getAsLong()) : null;
        if (duplicates != null && handle.isLogged()) {
            duplicates.recall(this::retry);
        }
    }

    /** Takes a message if there is room for it. {@code done} hears when it is replicated, or that there is none or it could not be written. */
    void offer(Message message, Publisher.Done done) {
        lookAtSettings();
        if (!isReady()) {
            early.add(() -> offer(message, done));
            return;
        }
        var known = duplicates;
        var id = known == null ? null : Duplicates.id(message).orElse(null);
        if (known == null || id == null) {
            admit(message, done);
        } else if (known.isNew(id, done)) {
            admit(message, arrived -> {
                known.published(id, arrived);
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
        var layout = handle.layout();
        var target = layout.target(message);
        log.append(handle.definition().slot(), target, message, (offset, failure) -> handle.loop()
                .execute(() -> {
                    machine.gate().ended(message);
                    if (failure == null) {
                        handle.appended(layout.level(target), offset, message);
                    }
                    done.done(failure == null || handle.isGone());
                    if (!machine.gate().isPassed()) {
                        allArrived.run();
                    }
                }));
    }
}
