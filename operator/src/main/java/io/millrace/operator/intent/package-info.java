/** What users ask for, parsed: immutable, complete, valid. Pure. */
@NullMarked
package io.millrace.operator.intent;

import org.jspecify.annotations.NullMarked;
