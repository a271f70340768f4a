package io.millrace.operator.rebalance;

import org.jspecify.annotations.Nullable;

/**
 * A broker that lives.
 *
 * @param id its node id
 * @param rack its failure domain; null counts as a rack of its own that all brokers without one share
 * @param cordoned whether it is to hold no replica
 */
public record Broker(int id, @Nullable String rack, boolean cordoned) {}
