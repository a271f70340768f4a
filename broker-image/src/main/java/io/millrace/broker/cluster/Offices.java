package io.millrace.broker.cluster;

import java.time.Clock;

/**
 * Where queues send what leaves them for other queues.
 *
 * @param deadLetters for messages that died
 * @param releases for messages that an exchange held until they were due
 */
record Offices(DeadLetterOffice deadLetters, ReleaseOffice releases) {
    static Offices of(Publisher publisher, Routing routing, Clock clock) {
        return new Offices(
                new DeadLetterOffice(publisher, routing, clock), new ReleaseOffice(publisher, routing, clock));
    }
}
