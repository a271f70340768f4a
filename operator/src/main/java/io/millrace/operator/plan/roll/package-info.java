/** The rules of rolling restarts: what may restart now, from one snapshot. Pure. */
@NullMarked
package io.millrace.operator.plan.roll;

import org.jspecify.annotations.NullMarked;
