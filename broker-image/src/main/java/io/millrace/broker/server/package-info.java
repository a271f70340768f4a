/** The shell around the machines: sockets, event loops, timers. */
@NullMarked
package io.millrace.broker.server;

import org.jspecify.annotations.NullMarked;
