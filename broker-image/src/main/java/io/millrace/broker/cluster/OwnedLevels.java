package io.millrace.broker.cluster;

import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.log.Topics;
import io.millrace.broker.queue.Place;
import io.millrace.broker.queue.PlacedLevel;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueMachine;
import io.millrace.broker.topology.QueueHistory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The levels of an owned queue by their numbers, as a layout says. On the queue's loop. */
final class OwnedLevels {
    /** A layout, and what there is in its logs. */
    record Found(QueueLayout layout, Map<QueueLayout.Part, Topics.Range> ranges, SlotReplica.Recovered saved) {
        List<PlacedLevel> levels() {
            return layout.parts().stream()
                    .map(part -> new PlacedLevel(
                            part.level(),
                            QueueHistory.logOf(part.level()),
                            part.held(),
                            saved.level(part.level(), range(part))))
                    .toList();
        }

        Topics.Range range(QueueLayout.Part part) {
            return ranges.getOrDefault(part, new Topics.Range(0, 0));
        }
    }

    private final OwnedQueue queue;
    private final QueueMachine machine;
    private final Map<Integer, OwnedLevel> byNumber = new HashMap<>();
    private List<OwnedLevel> all = List.of();
    private QueueLayout layout;

    OwnedLevels(OwnedQueue queue, QueueMachine machine, Found found) {
        this.queue = queue;
        this.machine = machine;
        layout = found.layout();
        take(found);
    }

    /** What was written of a level is hidden by this record. */
    void writeAgain(SlotReplica.Part part, SlotRecord by) {
        var level = byNumber.get(part.partition());
        if (level != null) {
            level.writeAgain(by);
        }
    }

    private void take(Found found) {
        var now = new ArrayList<OwnedLevel>();
        var levels = machine.levels();
        for (int i = 0; i < levels.size(); i++) {
            var part = found.layout().parts().get(i);
            now.add(byNumber.computeIfAbsent(part.level(), number -> {
                var level = new OwnedLevel(
                        queue,
                        machine.levels().get(now.size()),
                        part,
                        found.range(part).start());
                if (found.saved().hidden()) {
                    level.writeAllAgain();
                }
                return level;
            }));
        }
        all = List.copyOf(now);
        layout = found.layout();
    }

    /** The machine has the levels of another layout by now: those that are gone are given back. */
    List<OwnedLevel> changed(Found found) {
        var gone = all.stream()
                .filter(level -> !found.layout().has(level.number()))
                .toList();
        gone.forEach(level -> {
            level.stop();
            byNumber.remove(level.number());
        });
        take(found);
        return gone;
    }

    /** As the machine has it. */
    QueueLayout layout() {
        return layout;
    }

    List<OwnedLevel> all() {
        return all;
    }

    /** Messages ready in topics that the queue had before. */
    long readyInFormerLogs() {
        return all.stream()
                .filter(level -> !level.part().topic().equals(layout.topic()))
                .mapToLong(OwnedLevel::ready)
                .sum();
    }

    OwnedLevel get(int number) {
        return Objects.requireNonNull(byNumber.get(number), "no such level");
    }

    /** Whether a place is in one of the levels. */
    boolean hasLevelOf(long place) {
        return byNumber.containsKey(Place.level(place));
    }

    /** Whether what lies at a place is settled; what lies in none of the levels is. */
    boolean isSettled(long place) {
        var level = byNumber.get(Place.level(place));
        return level == null || level.isSettled(Place.offset(place));
    }

    boolean haveChanges() {
        for (var level : all) {
            if (level.hasChanges()) {
                return true;
            }
        }
        return false;
    }

    /** The records that carry what changed since the last call, for the slot log. */
    List<SlotRecord> takeChanges(long epoch) {
        var records = new ArrayList<SlotRecord>(2);
        for (var level : all) {
            if (level.hasChanges()) {
                level.takeChanges(epoch, records);
            }
        }
        if (records.isEmpty()) { // what had changed is again as it was, but somebody may wait for the write
            records.add(all.getFirst().head(epoch));
        }
        return records;
    }

    /** Records that remove all that was written of some levels. */
    static List<SlotRecord> tombstones(List<OwnedLevel> levels, long epoch) {
        var records = new ArrayList<SlotRecord>();
        levels.forEach(level -> level.bury(epoch, records));
        return records;
    }

    /** Whether a command is about a level that has not been looked up yet; or that is gone. */
    boolean lack(QueueCommand command) {
        return switch (command) {
            case QueueCommand.LogEnd(var end) -> !hasLevelOf(end);
            case QueueCommand.Appended(var place, var message) -> !hasLevelOf(place);
            case QueueCommand.HandBack(var session, var tag, var places) -> !hasLevelsOf(places);
            case QueueCommand.Settled(var session, var places, var outcome) -> !hasLevelsOf(places);
            case QueueCommand.Rewind(var session, var request, var places) -> !hasLevelsOf(places);
            default -> false;
        };
    }

    private boolean hasLevelsOf(long[] places) {
        for (long place : places) { // for each acknowledgement: no stream
            if (!hasLevelOf(place)) {
                return false;
            }
        }
        return true;
    }
}
