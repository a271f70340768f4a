/** Three pods as processes, what can happen to them, and what must hold whatever happens. */
@NullMarked
package io.millrace.broker.faults;

import org.jspecify.annotations.NullMarked;
