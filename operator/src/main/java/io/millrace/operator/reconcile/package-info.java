/** Event sources and the few lines that join observing, deciding, doing and telling. */
@NullMarked
package io.millrace.operator.reconcile;

import org.jspecify.annotations.NullMarked;
