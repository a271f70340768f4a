package io.millrace.broker.log.kafka;

import io.millrace.broker.log.DiskRoom;
import io.millrace.broker.log.LagLog;
import io.millrace.broker.log.LogView;
import io.millrace.broker.log.Logs;
import io.millrace.broker.log.MessageLog;
import io.millrace.broker.log.SlotAssignment;
import io.millrace.broker.log.SlotLog;
import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.log.Topics;
import io.millrace.broker.log.TopologyLog;
import io.millrace.broker.log.Transactions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Logs} on Kafka's public clients. */
public final class KafkaLogs implements Logs {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaLogs.class);

    private final KafkaClients clients;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> stateProducer;
    private final ExecutorService stateSender = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("changelog").factory());
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final KafkaMessageLog messages;
    private final ChangelogWriter changelog;
    private final KafkaTopics topics;
    private final KafkaLagLog lag;
    private final KafkaTransactions transactions;
    private final KafkaLogView view;
    private final List<ChangelogReader> readers = new ArrayList<>();
    private @Nullable OwnershipGroup owners;

    /**
     * Connects and creates the internal topics that are missing.
     *
     * @param connection {@code bootstrap.servers} and, in clusters, the security settings
     * @param pod name of this pod
     * @param lanes producers that messages are published through
     * @param fetchers consumers that backlogs are read with
     */
    public KafkaLogs(Map<String, String> connection, String pod, int lanes, int fetchers)
            throws ExecutionException, InterruptedException {
        clients = new KafkaClients(connection, pod);
        admin = clients.admin();
        try {
            InternalTopics.ensure(admin);
        } catch (ExecutionException | InterruptedException e) {
            admin.close(Duration.ofSeconds(1));
            throw e;
        }
        stateProducer = clients.producer("state");
        changelog = new ChangelogWriter(stateProducer, stateSender);
        topics = new KafkaTopics(admin);
        lag = new KafkaLagLog(admin);
        transactions = new KafkaTransactions(clients, admin, blocking);
        view = new KafkaLogView(clients, blocking);
        int firstKick = Math.floorMod(pod.hashCode(), InternalTopics.KICK_COUNT);
        messages = new KafkaMessageLog(clients, stateProducer, firstKick, lanes, fetchers, blocking);
    }

    @Override
    public int slotCount() {
        return InternalTopics.SLOT_COUNT;
    }

    @Override
    public Topics topics() {
        return topics;
    }

    @Override
    public MessageLog messages() {
        return messages;
    }

    @Override
    public LagLog lag() {
        return lag;
    }

    @Override
    public SlotLog slots() {
        return changelog;
    }

    @Override
    public TopologyLog topology() {
        return changelog;
    }

    @Override
    public Transactions transactions() {
        return transactions;
    }

    /** What lies in the log, for the management API; the queue layer does without it. */
    public LogView view() {
        return view;
    }

    @Override
    public CompletionStage<Void> replaySlots(SlotLog.Replay replay) {
        var reader =
                new ChangelogReader(clients.reader("slots"), InternalTopics.SLOTS, InternalTopics.SLOT_COUNT, one -> {
                    SlotRecord slotRecord;
                    try {
                        slotRecord = SlotRecord.read(one.key(), one.value());
                    } catch (IllegalArgumentException e) {
                        LOG.error("slot {} offset {}: {}", one.partition(), one.offset(), e.getMessage());
                        replay.unreadable(one.partition(), one.offset());
                        return;
                    }
                    replay.record(one.partition(), one.offset(), slotRecord);
                });
        readers.add(reader);
        return reader.caughtUp();
    }

    @Override
    public CompletionStage<Void> replayTopology(TopologyLog.Replay replay) {
        var reader = new ChangelogReader(clients.reader("topology"), InternalTopics.TOPOLOGY, 1, one -> {
            var key = new String(one.key(), StandardCharsets.UTF_8);
            long epoch = ChangelogWriter.epoch(one);
            if (key.equals(ChangelogWriter.TOPOLOGY_CLAIM)) {
                replay.claimed(one.offset(), epoch);
            } else {
                var value = one.value() == null ? null : new String(one.value(), StandardCharsets.UTF_8);
                replay.entry(one.offset(), epoch, new TopologyLog.Entry(key, value));
            }
        });
        readers.add(reader);
        return reader.caughtUp();
    }

    @Override
    public void joinOwners(SlotAssignment assignment) {
        owners = new OwnershipGroup(
                assignor -> clients.member(InternalTopics.OWNERS, assignor),
                assignment,
                PlacementWatch.ofOwners(admin));
    }

    @Override
    public void removeOwner(String pod) {
        var removed = new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove(pod)));
        admin.removeMembersFromConsumerGroup(InternalTopics.OWNERS, removed)
                .all()
                .whenComplete((_, failure) -> {
                    if (failure != null) { // another pod has done so, or its session will end
                        LOG.debug("{} is not removed from {}: {}", pod, InternalTopics.OWNERS, failure.toString());
                    }
                });
    }

    @Override
    public void leaveOwners() {
        if (owners != null) {
            owners.close();
            owners = null;
        }
    }

    @Override
    public CompletionStage<Optional<DiskRoom>> diskRoom() {
        return DiskSpace.least(admin);
    }

    @Override
    public void close() {
        leaveOwners();
        messages.close();
        transactions.close();
        readers.forEach(ChangelogReader::close);
        view.close();
        stateSender.close();
        stateProducer.close();
        blocking.close();
        admin.close();
    }
}
