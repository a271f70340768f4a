package io.millrace.broker.topology;

/**
 * What a new queue gets, or one that is changed, if the command is about one.
 *
 * @param qid an id that no queue has had
 * @param incarnation how many queues of this name there have been lately with a topic, plus one
 * @param slots number of slots of the cluster
 * @param homePod the pod that holds the queue if it lies in memory
 */
public record Allocation(long qid, int incarnation, int slots, String homePod) {}
