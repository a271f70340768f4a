/** Ports to the replicated log and the exact formats of what is written there. Pure. */
@NullMarked
package io.millrace.broker.log;

import org.jspecify.annotations.NullMarked;
