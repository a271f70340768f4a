/** How a cluster gets from one size to another: from what the brokers say to the next step. Pure; it knows Kafka's name of a partition and nothing else of Kafka. */
@NullMarked
package io.millrace.operator.scale;

import org.jspecify.annotations.NullMarked;
