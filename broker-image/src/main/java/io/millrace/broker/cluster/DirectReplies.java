package io.millrace.broker.cluster;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.ReplyAddress;
import io.millrace.broker.queue.SessionId;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The channels that take direct replies (RabbitMQ, Direct Reply-to): those of this pod are known here, those of others are reached over one link. An
 * answer is held nowhere: it arrives, or the channel is gone. Any thread.
 */
public final class DirectReplies {
    private static final int SECRET_BYTES = 16;

    /** A channel that asks. */
    public interface Asker {
        /** An answer, on any thread. */
        void answered(Message message);
    }

    /** Told once, on any thread, whether the channel is there and was given the answer. */
    public interface Outcome {
        void reached(boolean there);
    }

    private final String self;
    private final Links links;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Asker> askers = new ConcurrentHashMap<>();

    DirectReplies(String self, Links links) {
        this.self = self;
        this.links = links;
    }

    /** Begins to take answers for a channel; returns its address. */
    public String open(SessionId session, Asker asker) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        var address = ReplyAddress.of(session, secret).name();
        askers.put(address, asker);
        return address;
    }

    /** The channel takes no more. */
    public void close(String address) {
        askers.remove(address);
    }

    /** Sends an answer to whichever pod its asker is connected to. */
    public void send(String address, Message message, Outcome outcome) {
        reach(address, message, outcome);
    }

    /** Whether somebody takes answers at an address. */
    public void look(String address, Outcome outcome) {
        reach(address, null, outcome);
    }

    private void reach(String address, @Nullable Message message, Outcome outcome) {
        var pod = ReplyAddress.parse(address).map(known -> known.session().pod());
        if (pod.isEmpty()) {
            outcome.reached(false);
        } else if (pod.get().equals(self)) {
            outcome.reached(here(address, message));
        } else {
            links.reply(pod.get(), address, message, outcome);
        }
    }

    /** Gives an answer to a channel of this pod; without one only looks. False if there is no such channel. */
    boolean here(String address, @Nullable Message message) {
        var asker = askers.get(address);
        if (asker != null && message != null) {
            asker.answered(message);
        }
        return asker != null;
    }
}
