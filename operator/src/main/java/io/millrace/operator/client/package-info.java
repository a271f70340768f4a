/** Connections to brokers: Kafka Admin and the management HTTP API. Time-outs are set here. */
@NullMarked
package io.millrace.operator.client;

import org.jspecify.annotations.NullMarked;
