package io.millrace.broker.cluster;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The log of the queue under test: what is published to it, who tells the queue of that, and how the queue reads it. */
final class WorldLog {
    private final QueueModel model;
    private final Consumer<QueueCommand> queue;
    private final TreeSet<Long> untold = new TreeSet<>();
    private boolean reading;
    private boolean paused;
    private long readAt;

    WorldLog(QueueModel model, Consumer<QueueCommand> queue) {
        this.model = model;
        this.queue = queue;
    }

    void startFetch(long offset) {
        readAt = reading ? readAt : offset;
        reading = true;
        paused = false;
    }

    void pauseFetch() {
        paused = true;
    }

    void stopFetch() {
        reading = false;
    }

    /** The queue knows how far the log reaches, whoever has written there. */
    void tellEnd() {
        untold.clear();
        model.known(model.end());
        queue.accept(new QueueCommand.LogEnd(model.end()));
    }

    void publish(Random chance, long now) {
        long expiry =
                switch (chance.nextInt(8)) {
                    case 0 -> now;
                    case 1 -> now + 1 + chance.nextInt(500);
                    default -> Message.NEVER;
                };
        var body = Long.toString(model.end()).getBytes(StandardCharsets.US_ASCII);
        long offset = model.add(new Message("", "q", new byte[2], body, expiry, now));
        if (chance.nextInt(4) == 0) {
            untold.add(offset);
        } else {
            appended(offset);
        }
    }

    private void appended(long offset) {
        model.known(offset + 1);
        queue.accept(new QueueCommand.Appended(offset, message(offset)));
    }

    private Message message(long offset) {
        var message = model.at(offset).message;
        if (message == null) {
            throw new IllegalStateException("a marker");
        }
        return message;
    }

    /** A publish is heard of late: by its publisher's pod, or as the news that the log has grown. */
    void tell(Random chance) {
        if (untold.isEmpty()) {
            return;
        }
        long offset = chance.nextBoolean() ? untold.first() : untold.last();
        untold.remove(offset);
        if (chance.nextBoolean()) {
            appended(offset);
        } else {
            model.known(offset + 1);
            queue.accept(new QueueCommand.LogEnd(offset + 1));
        }
    }

    void fetch(int most) {
        if (!reading || paused) {
            return;
        }
        var arrivals = new ArrayList<QueueCommand.Arrival>();
        long from = readAt;
        long next = from;
        while (next < model.end() && arrivals.size() < most) {
            if (model.at(next).isMessage()) {
                arrivals.add(new QueueCommand.Arrival(next, message(next)));
            }
            next++;
        }
        if (next > readAt) {
            readAt = next;
            model.read(next);
            queue.accept(new QueueCommand.Fetched(from, arrivals, next));
        }
    }
}
