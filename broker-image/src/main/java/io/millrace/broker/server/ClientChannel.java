package io.millrace.broker.server;

import io.millrace.broker.protocol.ChannelStatus;

/**
 * An open channel of a connection, for those who want to see it.
 *
 * @param number what the client calls it
 * @param flow what goes through it
 */
public record ClientChannel(int number, ChannelStatus status, ChannelFlow flow) {}
