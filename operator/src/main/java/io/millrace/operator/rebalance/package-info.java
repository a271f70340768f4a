/** Where replicas should lie: from a placement to the moves that mend it. Pure, and alone: it knows Kafka's name of a partition and nothing else. */
@NullMarked
package io.millrace.operator.rebalance;

import org.jspecify.annotations.NullMarked;
