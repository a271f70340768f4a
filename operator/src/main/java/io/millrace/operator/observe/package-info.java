/** Reads the world into snapshots that decisions are made from. */
@NullMarked
package io.millrace.operator.observe;

import org.jspecify.annotations.NullMarked;
