/** Decides about things that are done at most once: pure functions of what was asked, what was noted, and what is so. */
@NullMarked
package io.millrace.operator.plan.reset;

import org.jspecify.annotations.NullMarked;
