/** Decisions about certificate authorities: when one is renewed, and which of its three steps may be taken. Pure. */
@NullMarked
package io.millrace.operator.trust;

import org.jspecify.annotations.NullMarked;
