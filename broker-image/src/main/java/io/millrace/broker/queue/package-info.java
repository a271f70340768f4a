/** One queue as a pure machine: what arrives, who gets it, what is settled. No client, clock, thread or log line. */
@NullMarked
package io.millrace.broker.queue;

import org.jspecify.annotations.NullMarked;
