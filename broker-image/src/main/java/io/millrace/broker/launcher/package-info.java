/** Starts the programs of the image: Kafka ({@code log}), the queue layer ({@code queues}), or both ({@code standalone}). */
@NullMarked
package io.millrace.broker.launcher;

import org.jspecify.annotations.NullMarked;
