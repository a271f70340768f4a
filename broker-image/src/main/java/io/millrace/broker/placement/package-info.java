/** Which pod is to own which slot, from where the slots' replicas lie. Pure. */
@NullMarked
package io.millrace.broker.placement;

import org.jspecify.annotations.NullMarked;
