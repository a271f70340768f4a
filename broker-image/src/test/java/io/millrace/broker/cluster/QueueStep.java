package io.millrace.broker.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Something that happens to a queue. What exactly, the world makes of the seed and of how things stand: so a step still means something when others before it
 * are left out.
 */
record QueueStep(Kind kind, int seed) {
    /** What happens, and how often among a thousand. */
    enum Kind {
        PUBLISH(240),
        MARKER(10),
        TELL(70),
        FETCH(110),
        SUBSCRIBE(60),
        CANCEL(15),
        CLOSE(12),
        PAUSE(25),
        SETTLE(190),
        ALIEN(15),
        GET(40),
        PURGE(4),
        TIME(60),
        LETTER(45),
        BOUND(50),
        FLUSH(35),
        TAKEOVER(11),
        HANDED_BACK(8);

        private final int often;

        Kind(int often) {
            this.often = often;
        }
    }

    /** Steps by chance, the same for the same seed. */
    static List<QueueStep> sequence(long seed, int length) {
        var chance = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
        var kinds = new ArrayList<Kind>();
        for (var kind : Kind.values()) {
            for (int i = 0; i < kind.often; i++) {
                kinds.add(kind);
            }
        }
        var steps = new ArrayList<QueueStep>(length);
        for (int i = 0; i < length; i++) {
            steps.add(new QueueStep(kinds.get(chance.nextInt(kinds.size())), chance.nextInt()));
        }
        return steps;
    }
}
