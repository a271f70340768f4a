package io.millrace.broker.cluster;

import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueEffect;

/** What is on its way from an owned queue to others. On the queue's loop. */
final class Forwards {
    private final OwnedQueue queue;
    private final Offices offices;
    private final OwnedQueue.Slot slot;
    private int underWay;

    Forwards(OwnedQueue queue, Offices offices, OwnedQueue.Slot slot) {
        this.queue = queue;
        this.offices = offices;
        this.slot = slot;
    }

    void send(QueueEffect.Forward leaving) {
        underWay++;
        offices.forward(queue.handle(), leaving, slot.letters(), arrived -> queue.handle()
                .loop()
                .execute(() -> reported(new QueueCommand.Forwarded(leaving.place(), arrived))));
    }

    private void reported(QueueCommand.Forwarded report) {
        underWay--;
        if (queue.isServed()) {
            queue.accept(report, null, null);
        }
        if (underWay == 0) {
            slot.allArrived();
        }
    }

    /** Whether the queue will hear of something: who hands it over waits for that, or the next owner would send it again. */
    boolean areUnderWay() {
        return underWay > 0;
    }
}
