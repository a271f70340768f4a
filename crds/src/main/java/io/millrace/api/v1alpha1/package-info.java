/** The six kinds of {@code millrace.io/v1alpha1}: what users write, and what the operator answers in the status. */
@NullMarked
package io.millrace.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
