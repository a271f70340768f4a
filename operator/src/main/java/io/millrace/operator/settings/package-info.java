/** Decisions about settings: which brokers are told while they run, which need a restart, which Kafka refuses. Pure. */
@NullMarked
package io.millrace.operator.settings;

import org.jspecify.annotations.NullMarked;
