package io.millrace.broker.log;

/**
 * What is left on the disks of all brokers.
 *
 * @param freeBytes on the disk with the fewest
 * @param freeShare of 1, on the disk with the smallest
 */
public record DiskRoom(long freeBytes, double freeShare) {}
