/** From plans and outcomes to conditions. Pure. */
@NullMarked
package io.millrace.operator.status;

import org.jspecify.annotations.NullMarked;
