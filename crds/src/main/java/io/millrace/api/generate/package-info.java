/** Makes the CRD YAML from the kinds, at build time only. */
@NullMarked
package io.millrace.api.generate;

import org.jspecify.annotations.NullMarked;
