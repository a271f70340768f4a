/** The management HTTP API: a subset of RabbitMQ's, on this pod's replica of the topology. */
@NullMarked
package io.millrace.broker.management;

import org.jspecify.annotations.NullMarked;
