/** Decisions about disks: which are asked to grow, when the StatefulSet is made again for them, what is refused. Pure. */
@NullMarked
package io.millrace.operator.storage;

import org.jspecify.annotations.NullMarked;
