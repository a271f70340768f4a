/** {@code ./dev bench operator}: what many objects cost. */
@NullMarked
package io.millrace.operator.bench;

import org.jspecify.annotations.NullMarked;
