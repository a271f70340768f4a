/** The queue layer's only contact with Kafka: every port of the log package on Kafka's public clients. */
@NullMarked
package io.millrace.broker.log.kafka;

import org.jspecify.annotations.NullMarked;
