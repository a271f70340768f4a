package io.millrace.operator.rebalance;

import java.util.Arrays;
import java.util.function.IntBinaryOperator;

/** Brokers in an order that changes little from step to step, so that it is sorted anew by insertion. */
final class BrokerOrder {

    private final int[] order;
    private final IntBinaryOperator comparison;

    /**
     * An order.
     *
     * @param comparison of two brokers, as in a comparator; equal ones keep their place by number
     */
    BrokerOrder(int brokers, IntBinaryOperator comparison) {
        this.order = new int[brokers];
        Arrays.setAll(order, broker -> broker);
        this.comparison = comparison;
    }

    /** Returns the brokers in order as of now. Not to be changed. */
    int[] sorted() {
        for (int i = 1; i < order.length; i++) {
            var broker = order[i];
            var at = i;
            while (at > 0 && isBefore(broker, order[at - 1])) {
                order[at] = order[at - 1];
                at--;
            }
            order[at] = broker;
        }
        return order;
    }

    private boolean isBefore(int one, int other) {
        var compared = comparison.applyAsInt(one, other);
        return compared < 0 || (compared == 0 && one < other);
    }
}
