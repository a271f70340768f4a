package io.millrace.broker.cluster;

import io.millrace.broker.queue.QueueEffect;
import java.time.Clock;

/**
 * Where queues send what leaves them for other queues.
 *
 * @param publisher brings it there
 * @param deadLetters for messages that died
 * @param releases for messages that an exchange held until they were due
 */
record Offices(Publisher publisher, DeadLetterOffice deadLetters, ReleaseOffice releases) {
    /** Sends on what leaves a queue; {@code done} hears true when its copies are safe, false (after a pause) when to try again. */
    void forward(QueueHandle queue, QueueEffect.Forward leaving, LetterBox box, Publisher.Done done) {
        switch (leaving) {
            case QueueEffect.DeadLetter dead -> deadLetters.send(queue, dead, box, done);
            case QueueEffect.Release(var place, var message) -> releases.release(queue, message, done);
            case QueueEffect.Defer(var place, var message) -> releases.defer(queue, message, done);
        }
    }

    static Offices of(Publisher publisher, Routing routing, Clock clock) {
        return new Offices(
                publisher,
                new DeadLetterOffice(publisher, routing, clock),
                new ReleaseOffice(publisher, routing, clock));
    }
}
