package io.millrace.broker.queue;

/** A queue a channel talks to, as the shell found it. */
public interface QueueRef {
    /** The queue's name, without its virtual host. */
    String queueName();

    /** The virtual host it lies in. */
    String vhost();
}
