/** Decisions about versions: which may be run, and when its feature levels are made final. Pure. */
@NullMarked
package io.millrace.operator.upgrade;

import org.jspecify.annotations.NullMarked;
