/** Which pod owns which slot, who writes the topology, and how queues of other pods are reached. */
@NullMarked
package io.millrace.broker.cluster;

import org.jspecify.annotations.NullMarked;
