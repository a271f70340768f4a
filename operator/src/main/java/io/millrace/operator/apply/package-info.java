/** Does what a plan says; the only place that writes. */
@NullMarked
package io.millrace.operator.apply;

import org.jspecify.annotations.NullMarked;
