package io.millrace.broker.cluster;

import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Actor;
import io.millrace.broker.topology.Destination;
import io.millrace.broker.topology.Permission;
import io.millrace.broker.topology.Setting;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.TopologyEntry;
import io.millrace.broker.topology.TopologyJson;
import io.millrace.broker.topology.TopologyKey;
import io.millrace.broker.topology.TopologyKeys;
import io.millrace.broker.topology.User;
import io.millrace.broker.topology.VirtualHost;

/** Topology commands as edges send them to the writer. */
final class LinkTopologyCommands {
    private LinkTopologyCommands() {}

    static void write(LinkBuffer out, TopologyCommand command) {
        switch (command) {
            case TopologyCommand.DeclareExchange declare -> {
                head(out, 1, declare.actor(), declare.vhost(), declare.exchange());
                out.text(declare.type());
                out.flag(declare.durable());
                out.flag(declare.autoDelete());
                out.flag(declare.internal());
                out.table(declare.arguments());
            }
            case TopologyCommand.LookUpExchange(var actor, var vhost, var name) -> head(out, 2, actor, vhost, name);
            case TopologyCommand.DeleteExchange delete -> {
                head(out, 3, delete.actor(), delete.vhost(), delete.exchange());
                out.flag(delete.ifUnused());
            }
            case TopologyCommand.DeclareQueue declare -> {
                head(out, 4, declare.actor(), declare.vhost(), declare.queue());
                out.flag(declare.serverNamed());
                out.flag(declare.durable());
                out.flag(declare.exclusive());
                out.flag(declare.autoDelete());
                out.table(declare.arguments());
            }
            case TopologyCommand.LookUpQueue(var actor, var vhost, var name) -> head(out, 5, actor, vhost, name);
            case TopologyCommand.DeleteQueue delete -> {
                head(out, 6, delete.actor(), delete.vhost(), delete.queue());
                out.flag(delete.ifUnused());
                out.flag(delete.ifEmpty());
                out.number(delete.consumers());
                out.number(delete.messages());
            }
            case TopologyCommand.Bind bind -> {
                head(out, 7, bind.actor(), bind.vhost(), bind.source());
                destination(out, bind.destination());
                out.text(bind.routingKey());
                out.table(bind.arguments());
            }
            case TopologyCommand.Unbind unbind -> {
                head(out, 8, unbind.actor(), unbind.vhost(), unbind.source());
                destination(out, unbind.destination());
                out.text(unbind.routingKey());
                out.table(unbind.arguments());
            }
            case TopologyCommand.ConnectionClosed(var connection) -> named(out, 9, connection);
            case TopologyCommand.PodLost(var pod) -> named(out, 10, pod);
            case TopologyCommand.PutVirtualHost(var vhost) -> put(out, vhost);
            case TopologyCommand.PutUser(var user) -> put(out, user);
            case TopologyCommand.PutPermission(var permission) -> put(out, permission);
            case TopologyCommand.DeleteVirtualHost(var name) -> delete(out, new TopologyKey.OfVirtualHost(name));
            case TopologyCommand.DeleteUser(var name) -> delete(out, new TopologyKey.OfUser(name));
            case TopologyCommand.PutSetting(var setting) -> put(out, setting);
            case TopologyCommand.DeleteSetting(var key) -> delete(out, key);
            case TopologyCommand.DeletePermission(var key) -> delete(out, key);
            default -> writeOfLife(out, command);
        }
    }

    /** What happens to a queue while it lives, and its end. */
    private static void writeOfLife(LinkBuffer out, TopologyCommand command) {
        switch (command) {
            case TopologyCommand.ChangeQueue change -> {
                head(out, 14, change.actor(), change.vhost(), change.queue());
                out.table(change.arguments());
            }
            case TopologyCommand.SwitchQueue(var key, var qid, var incarnation) -> {
                queue(out, 15, key, qid);
                out.number(incarnation);
            }
            case TopologyCommand.LeaveFormerLog(var key, var qid, var topic) -> {
                queue(out, 16, key, qid);
                out.text(topic);
            }
            case TopologyCommand.RetireQueue(var key, var qid) -> queue(out, 11, key, qid);
            default -> throw new IllegalArgumentException("not for a link: " + command.getClass());
        }
    }

    private static void queue(LinkBuffer out, int kind, TopologyKey.OfQueue key, long qid) {
        named(out, kind, TopologyKeys.encode(key));
        out.number(qid);
    }

    private static void head(LinkBuffer out, int kind, Actor actor, VirtualHostName vhost, String name) {
        out.small(kind);
        out.optionalText(actor.user());
        out.optionalText(actor.connection());
        out.text(vhost.value());
        out.text(name);
    }

    private static void named(LinkBuffer out, int kind, String name) {
        out.small(kind);
        out.text(name);
    }

    private static void put(LinkBuffer out, TopologyEntry entry) {
        named(out, 12, TopologyKeys.encode(entry.key()));
        out.text(TopologyJson.encode(entry));
    }

    private static void delete(LinkBuffer out, TopologyKey key) {
        named(out, 13, TopologyKeys.encode(key));
    }

    private static void destination(LinkBuffer out, Destination destination) {
        out.text(destination.kind().name());
        out.text(destination.name());
    }

    static TopologyCommand read(LinkBuffer in) {
        int kind = in.small();
        return switch (kind) {
            case 9 -> new TopologyCommand.ConnectionClosed(in.text());
            case 10 -> new TopologyCommand.PodLost(in.text());
            case 11 -> new TopologyCommand.RetireQueue((TopologyKey.OfQueue) key(in), in.number());
            case 12 -> putting(TopologyJson.decode(key(in), in.text()));
            case 13 -> deleting(key(in));
            case 15 -> new TopologyCommand.SwitchQueue((TopologyKey.OfQueue) key(in), in.number(), (int) in.number());
            case 16 -> new TopologyCommand.LeaveFormerLog((TopologyKey.OfQueue) key(in), in.number(), in.text());
            default -> amqp(in, kind, new Actor(in.optionalText(), in.optionalText()));
        };
    }

    private static TopologyCommand amqp(LinkBuffer in, int kind, Actor actor) {
        var vhost = new VirtualHostName(in.text());
        var name = in.text();
        return switch (kind) {
            case 1 ->
                new TopologyCommand.DeclareExchange(
                        actor, vhost, name, in.text(), in.flag(), in.flag(), in.flag(), in.table());
            case 2 -> new TopologyCommand.LookUpExchange(actor, vhost, name);
            case 3 -> new TopologyCommand.DeleteExchange(actor, vhost, name, in.flag());
            case 4 ->
                new TopologyCommand.DeclareQueue(
                        actor, vhost, name, in.flag(), in.flag(), in.flag(), in.flag(), in.table());
            case 5 -> new TopologyCommand.LookUpQueue(actor, vhost, name);
            case 6 ->
                new TopologyCommand.DeleteQueue(actor, vhost, name, in.flag(), in.flag(), in.number(), in.number());
            case 7 -> new TopologyCommand.Bind(actor, vhost, name, destination(in), in.text(), in.table());
            case 8 -> new TopologyCommand.Unbind(actor, vhost, name, destination(in), in.text(), in.table());
            case 14 -> new TopologyCommand.ChangeQueue(actor, vhost, name, in.table());
            default -> throw new IllegalArgumentException("an unknown topology command on a link");
        };
    }

    private static TopologyKey key(LinkBuffer in) {
        return TopologyKeys.decode(in.text()).orElseThrow(() -> new IllegalArgumentException("an unknown key"));
    }

    private static Destination destination(LinkBuffer in) {
        return new Destination(Destination.Kind.valueOf(in.text()), in.text());
    }

    private static TopologyCommand putting(TopologyEntry entry) {
        return switch (entry) {
            case VirtualHost vhost -> new TopologyCommand.PutVirtualHost(vhost);
            case User user -> new TopologyCommand.PutUser(user);
            case Permission permission -> new TopologyCommand.PutPermission(permission);
            case Setting setting -> new TopologyCommand.PutSetting(setting);
            default -> throw new IllegalArgumentException("not put over a link: " + entry.key());
        };
    }

    private static TopologyCommand deleting(TopologyKey key) {
        return switch (key) {
            case TopologyKey.OfVirtualHost(var name) -> new TopologyCommand.DeleteVirtualHost(name);
            case TopologyKey.OfUser(var name) -> new TopologyCommand.DeleteUser(name);
            case TopologyKey.OfPermission permission -> new TopologyCommand.DeletePermission(permission);
            case TopologyKey.OfSetting setting -> new TopologyCommand.DeleteSetting(setting);
            default -> throw new IllegalArgumentException("not deleted over a link: " + key);
        };
    }
}
