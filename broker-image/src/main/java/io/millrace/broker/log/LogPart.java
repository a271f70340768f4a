package io.millrace.broker.log;

/** One partition of a topic. */
public record LogPart(String topic, int partition) {}
