package io.millrace.broker.server;

import io.millrace.broker.model.Meter;

/**
 * What went over sockets. With TLS these are the encrypted octets, handshake included, as RabbitMQ counts them.
 *
 * @param received octets
 * @param sent octets
 * @param reads how often something was received
 * @param writes buffers that were sent
 */
public record Traffic(Meter received, Meter sent, long reads, long writes) {}
