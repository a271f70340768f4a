/**
 * What exists in the broker: virtual hosts, users, permissions, exchanges, queues, bindings. An immutable image, the
 * events that change it, the decisions behind them, and routing over it. Pure.
 */
@NullMarked
package io.millrace.broker.topology;

import org.jspecify.annotations.NullMarked;
