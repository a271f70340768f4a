package io.millrace.broker.log;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The replicated log as the queue layer needs it: every port in one place. */
public interface Logs extends AutoCloseable {
    /** How many slots queues are spread over; fixed for the life of a cluster. */
    int slotCount();

    Topics topics();

    MessageLog messages();

    SlotLog slots();

    LagLog lag();

    TopologyLog topology();

    Transactions transactions();

    /** Replays every slot from its beginning and goes on; the stage ends when all that was there has been told. */
    CompletionStage<Void> replaySlots(SlotLog.Replay replay);

    /** Replays the topology from its beginning and goes on; the stage ends when all that was there has been told. */
    CompletionStage<Void> replayTopology(TopologyLog.Replay replay);

    /** Joins the group that hands out slots. */
    void joinOwners(SlotAssignment assignment);

    /** Removes a pod that has died from the group, before its membership times out; if it lives nevertheless, it loses its slots and joins again. */
    void removeOwner(String pod);

    /** Leaves the group: all slots are revoked first. */
    void leaveOwners();

    /** What is left on the disks the log lies on; empty if that is not known. */
    CompletionStage<Optional<DiskRoom>> diskRoom();

    /** Sends what is under way and closes all connections. */
    @Override
    void close();
}
