package io.millrace.broker.topology;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.model.VirtualHostName;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides what becomes of a command, as RabbitMQ would. Same input, same decision. */
public final class TopologyMachine {
    private TopologyMachine() {}

    /**
     * Decides a command on an image that holds all events before it.
     *
     * @param allocation what a queue gets that is declared or changed, or the hidden one of a delayed exchange
     */
    public static Decision decide(TopologyCommand command, Topology topology, Allocation allocation) {
        try {
            return accept(command, topology, allocation);
        } catch (AmqpError error) {
            return new Decision.Refused(error);
        }
    }

    private static Decision accept(TopologyCommand command, Topology topology, Allocation allocation) {
        return switch (command) {
            case TopologyCommand.DeclareExchange declare ->
                new ExchangeDecisions(topology, allocation).declare(declare);
            case TopologyCommand.LookUpExchange lookUp -> new ExchangeDecisions(topology, allocation).lookUp(lookUp);
            case TopologyCommand.DeleteExchange delete -> new ExchangeDecisions(topology, allocation).delete(delete);
            case TopologyCommand.DeclareQueue declare -> new QueueDecisions(topology, allocation).declare(declare);
            case TopologyCommand.LookUpQueue lookUp -> new QueueDecisions(topology, allocation).lookUp(lookUp);
            case TopologyCommand.DeleteQueue delete -> new QueueDecisions(topology, allocation).delete(delete);
            case TopologyCommand.ChangeQueue change -> new QueueChangeDecisions(topology, allocation).change(change);
            case TopologyCommand.SwitchQueue(var key, var qid, var incarnation) ->
                QueueChangeDecisions.switchOver(
                        topology.queue(key).filter(queue -> queue.qid() == qid && queue.incarnation() == incarnation));
            case TopologyCommand.LeaveFormerLog(var key, var qid, var topic) ->
                QueueChangeDecisions.leave(topology.queue(key).filter(queue -> queue.qid() == qid), topic);
            case TopologyCommand.Bind bind -> new BindingDecisions(topology).bind(bind);
            case TopologyCommand.Unbind unbind -> new BindingDecisions(topology).unbind(unbind);
            case TopologyCommand.ConnectionClosed(var connection) ->
                removeQueues(topology, topology.exclusiveQueues(connection).stream());
            case TopologyCommand.PodLost(var pod) -> removeQueues(topology, inMemoryOf(topology, pod));
            case TopologyCommand.RetireQueue(var key, var qid) ->
                removeQueues(topology, topology.queue(key).stream().filter(queue -> queue.qid() == qid));
            case TopologyCommand.PutVirtualHost(var vhost) ->
                put(vhost, topology.vhost(vhost.name()).flatMap(VirtualHostTopology::definition));
            case TopologyCommand.PutUser(var user) -> put(user, topology.user(user.name()));
            case TopologyCommand.PutPermission(var permission) -> putPermission(permission, topology);
            case TopologyCommand.PutSetting(var setting) -> putSetting(setting, topology);
            case TopologyCommand.DeleteVirtualHost(var name) -> {
                var removal = new Removal(topology);
                topology.vhost(name).ifPresent(removal::vhost);
                yield removal.removed();
            }
            case TopologyCommand.DeleteUser(var name) -> {
                var removal = new Removal(topology);
                topology.user(name).ifPresent(removal::user);
                yield removal.done();
            }
            case TopologyCommand.DeletePermission(var key) -> {
                var removal = new Removal(topology);
                topology.permission(key.vhost(), key.user()).ifPresent(known -> removal.delete(key));
                yield removal.done();
            }
            case TopologyCommand.DeleteSetting(var key) -> {
                var removal = new Removal(topology);
                topology.setting(key).ifPresent(known -> removal.delete(key));
                yield removal.done();
            }
        };
    }

    private static Stream<QueueDefinition> inMemoryOf(Topology topology, String pod) {
        return topology.vhosts().flatMap(vhost -> vhost.queues().stream()).filter(queue -> pod.equals(queue.homePod()));
    }

    private static Decision removeQueues(Topology topology, Stream<QueueDefinition> queues) {
        var removal = new Removal(topology);
        queues.sorted(Comparator.comparing(QueueDefinition::qid)).forEach(removal::queue);
        return removal.removed();
    }

    private static Decision put(TopologyEntry entry, Optional<? extends TopologyEntry> existing) {
        var isThere = existing.isPresent() && existing.get().equals(entry);
        return new Decision.Accepted(
                isThere ? List.of() : List.of(new TopologyEvent.Put(entry)), new Decision.Reply.Done());
    }

    private static Decision putSetting(Setting setting, Topology topology) {
        switch (setting) {
            case Policy policy -> requireVirtualHost(policy.vhost(), topology);
            case VirtualHostLimits limits -> requireVirtualHost(limits.vhost(), topology);
            case TopicPermission permission -> {
                requireVirtualHost(permission.vhost(), topology);
                requireUser(permission.user(), topology);
            }
            case GlobalParameter ignored -> {
                // needs nothing
            }
        }
        return put(setting, topology.setting(setting.key()));
    }

    private static void requireVirtualHost(VirtualHostName name, Topology topology) {
        if (topology.vhost(name).isEmpty()) {
            throw new ChannelError(ReplyCode.NOT_FOUND, "no vhost '" + name.value() + "'");
        }
    }

    private static void requireUser(String name, Topology topology) {
        if (topology.user(name).isEmpty()) {
            throw new ChannelError(ReplyCode.NOT_FOUND, "no user '" + name + "'");
        }
    }

    private static Decision putPermission(Permission permission, Topology topology) {
        requireVirtualHost(permission.vhost(), topology);
        requireUser(permission.user(), topology);
        return put(permission, topology.permission(permission.vhost(), permission.user()));
    }
}
