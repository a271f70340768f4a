/** Decisions: from what is wanted and what was observed to what is to be done. Pure. */
@NullMarked
package io.millrace.operator.plan;

import org.jspecify.annotations.NullMarked;
