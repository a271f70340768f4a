/** Values of the broker's domain: names, tags and messages. Pure: no client, clock or thread. */
@NullMarked
package io.millrace.broker.model;

import org.jspecify.annotations.NullMarked;
