package io.millrace.broker.queue;

/** How many messages of held keys a queue may know by their place only, all its shards together. */
final class ParkingRoom {
    private final int most;
    private int taken;

    ParkingRoom(int most) {
        this.most = most;
    }

    boolean isLeft() {
        return taken < most;
    }

    /** So many more are known; fewer if negative. */
    void take(int messages) {
        taken += messages;
    }
}
