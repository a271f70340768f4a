package io.millrace.broker.server;

import io.millrace.broker.log.DiskRoom;
import io.millrace.broker.log.Logs;
import io.millrace.broker.protocol.Alarm;
import io.millrace.broker.protocol.Resources;
import io.millrace.broker.protocol.Resources.Disk;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks every second whether this pod is short of something, and lets connections that waited go on when it is not any more. */
final class Alarms {
    private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);
    private static final int LOOKS_PER_DISK_LOOK = 5;

    private final Supplier<ServerSettings> told;
    private final Logs logs;
    private final Connections connections;
    private final HeapUse heap = new HeapUse();
    private volatile Resources resources = Resources.PLENTY;
    private volatile Set<Alarm> raised = Set.of();
    private volatile Optional<DiskRoom> disk = Optional.empty();
    // on the loop that looks
    private int congestedLooks;
    private long looks;

    Alarms(Supplier<ServerSettings> told, Logs logs, Connections connections) {
        this.told = told;
        this.logs = logs;
        this.connections = connections;
    }

    /** Looks from now on, for as long as the loop lives. */
    void start(EventLoop loop) {
        loop.scheduleAtFixedRate(this::look, 0, 1, TimeUnit.SECONDS);
    }

    /** The alarms that are raised now; any thread. */
    Set<Alarm> raised() {
        return raised;
    }

    /** What was seen last; any thread. */
    Resources resources() {
        return resources;
    }

    private void look() {
        if (looks++ % LOOKS_PER_DISK_LOOK == 0) {
            logs.diskRoom().thenAccept(room -> disk = room).exceptionally(failure -> {
                LOG.debug("the free space of the log's disks is not known: {}", failure.toString());
                return null;
            });
        }
        var settings = told.get();
        congestedLooks = logs.messages().isCongested() ? congestedLooks + 1 : 0;
        resources = new Resources(
                heap.bytes(),
                (long) (HeapUse.maxBytes() * settings.memoryHighWatermark()),
                disk.map(room -> new Disk(
                        room.freeBytes(),
                        settings.diskFreeLimitBytes(),
                        room.freeShare(),
                        settings.diskFreeLimitShare())),
                congestedLooks);
        tell(resources.alarms(raised));
    }

    private void tell(Set<Alarm> now) {
        var before = raised;
        raised = now;
        if (!now.equals(before)) {
            LOG.warn("alarms: {} (were {}); publishers wait while there are any", now, before);
        }
        if (now.contains(Alarm.MEMORY)) {
            heap.collectIfIdle();
        }
        if (now.isEmpty() && !before.isEmpty()) {
            connections.all().forEach(connection -> connection.loop().execute(connection::alarmsCleared));
        }
    }
}
