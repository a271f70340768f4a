/** One class per Kubernetes object the operator makes. Pure. */
@NullMarked
package io.millrace.operator.desired;

import org.jspecify.annotations.NullMarked;
