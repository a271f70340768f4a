package io.millrace.broker.log;

/** A record header: a key and its bytes, never changed after construction. */
public record Header(String key, byte[] value) {}
