package io.millrace.broker.topology;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.VirtualHostName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * An immutable image of all that exists. Applying an event makes the next image, which shares all but the changed path; an
 * image's identity may therefore serve as the key of anything derived from it.
 */
public final class Topology {
    /** Nothing exists, not even a virtual host. */
    public static final Topology EMPTY = new Topology(
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty());

    private final PMap<VirtualHostName, VirtualHostTopology> vhosts;
    private final PMap<String, User> users;
    private final PMap<TopologyKey.OfPermission, Permission> permissions;
    private final PMap<String, PSet<TopologyKey.OfQueue>> exclusiveQueues;

    /** All but policies, which are in their virtual hosts. */
    private final PMap<TopologyKey.OfSetting, Setting> settings;

    private Topology(
            PMap<VirtualHostName, VirtualHostTopology> vhosts,
            PMap<String, User> users,
            PMap<TopologyKey.OfPermission, Permission> permissions,
            PMap<String, PSet<TopologyKey.OfQueue>> exclusiveQueues,
            PMap<TopologyKey.OfSetting, Setting> settings) {
        this.vhosts = vhosts;
        this.users = users;
        this.permissions = permissions;
        this.exclusiveQueues = exclusiveQueues;
        this.settings = settings;
    }

    /** A virtual host that is defined. */
    public Optional<VirtualHostTopology> vhost(VirtualHostName name) {
        var vhost = vhosts.get(name);
        return vhost == null || vhost.definition().isEmpty() ? Optional.empty() : Optional.of(vhost);
    }

    /** All virtual hosts that are defined. */
    public Stream<VirtualHostTopology> vhosts() {
        return vhosts.values().stream().filter(vhost -> vhost.definition().isPresent());
    }

    public Optional<User> user(String name) {
        return Optional.ofNullable(users.get(name));
    }

    public Collection<User> users() {
        return users.values();
    }

    public Optional<Permission> permission(VirtualHostName vhost, String user) {
        return Optional.ofNullable(permissions.get(new TopologyKey.OfPermission(vhost, user)));
    }

    public Collection<Permission> permissions() {
        return permissions.values();
    }

    /** A queue by its key. */
    public Optional<QueueDefinition> queue(TopologyKey.OfQueue key) {
        var vhost = vhosts.get(key.vhost());
        return vhost == null ? Optional.empty() : vhost.queue(key.name());
    }

    /** The queue that goes when the entry of this key goes. */
    public Optional<QueueDefinition> queueOf(TopologyKey key) {
        return switch (key) {
            case TopologyKey.OfQueue queue -> queue(queue);
            case TopologyKey.OfExchange(var vhost, var name) ->
                in(vhost).exchange(name).flatMap(ExchangeDefinition::queue);
            default -> Optional.empty();
        };
    }

    /** The queues that belong to a connection. */
    public List<QueueDefinition> exclusiveQueues(String connection) {
        return exclusiveQueues.getOrDefault(connection, HashTreePSet.empty()).stream()
                .flatMap(key -> queue(key).stream())
                .toList();
    }

    /** Every entry the log holds, by its key: the whole content of this image. */
    public Map<TopologyKey, TopologyEntry> entries() {
        var entries = new ArrayList<TopologyEntry>(users.values());
        entries.addAll(permissions.values());
        entries.addAll(settings.values());
        for (var vhost : vhosts.values()) {
            vhost.definition().ifPresent(entries::add);
            var predeclared = ExchangeDefinition.predeclared(vhost.name());
            vhost.exchanges().stream()
                    .filter(exchange -> !predeclared.contains(exchange))
                    .forEach(entries::add);
            entries.addAll(vhost.queues());
            entries.addAll(vhost.bindings());
            entries.addAll(vhost.policies());
        }
        var byKey = new HashMap<TopologyKey, TopologyEntry>();
        entries.forEach(entry -> byKey.put(entry.key(), entry));
        return byKey;
    }

    /** The image after these events. */
    public Topology apply(List<TopologyEvent> events) {
        var image = this;
        for (var event : events) {
            image = image.apply(event);
        }
        return image;
    }

    /** The image after this event. */
    public Topology apply(TopologyEvent event) {
        return switch (event) {
            case TopologyEvent.Put(var entry) -> put(entry);
            case TopologyEvent.Delete(var key) -> delete(key);
        };
    }

    private Topology put(TopologyEntry entry) {
        return switch (entry) {
            case User user ->
                new Topology(vhosts, users.plus(user.name(), user), permissions, exclusiveQueues, settings);
            case Permission permission ->
                new Topology(vhosts, users, permissions.plus(permission.key(), permission), exclusiveQueues, settings);
            case VirtualHost vhost -> with(in(vhost.name()).with(vhost));
            case ExchangeDefinition exchange -> with(in(exchange.vhost()).with(exchange));
            case QueueDefinition queue ->
                disowned(queue.key()).with(in(queue.vhost()).with(queue)).owned(queue);
            case Binding binding -> with(in(binding.vhost()).with(binding));
            case Policy policy -> with(in(policy.vhost()).with(policy));
            case Setting setting -> withSettings(settings.plus(setting.key(), setting));
        };
    }

    private Topology delete(TopologyKey key) {
        return switch (key) {
            case TopologyKey.OfUser(var name) ->
                new Topology(vhosts, users.minus(name), permissions, exclusiveQueues, settings);
            case TopologyKey.OfPermission permission ->
                new Topology(vhosts, users, permissions.minus(permission), exclusiveQueues, settings);
            case TopologyKey.OfVirtualHost(var name) -> with(in(name).with((VirtualHost) null));
            case TopologyKey.OfExchange(var vhost, var name) -> with(in(vhost).without(name));
            case TopologyKey.OfQueue queue ->
                disowned(queue).with(in(queue.vhost()).without(queue.name()));
            case TopologyKey.OfBinding binding -> with(in(binding.vhost()).without(binding));
            case TopologyKey.OfPolicy policy -> with(in(policy.vhost()).without(policy));
            case TopologyKey.OfSetting setting -> withSettings(settings.minus(setting));
        };
    }

    public Optional<Setting> setting(TopologyKey.OfSetting key) {
        return key instanceof TopologyKey.OfPolicy policy
                ? in(policy.vhost()).policy(policy).map(Setting.class::cast)
                : Optional.ofNullable(settings.get(key));
    }

    /** All settings of one kind but policies, which are asked of their virtual hosts. */
    public <T extends Setting> Stream<T> settings(Class<T> kind) {
        return settings.values().stream().filter(kind::isInstance).map(kind::cast);
    }

    public Limits limits(VirtualHostName vhost) {
        return settings.get(new TopologyKey.OfLimits(vhost)) instanceof VirtualHostLimits(var name, var limits)
                ? limits
                : Limits.NONE;
    }

    Optional<TopicPermission> topicPermission(VirtualHostName vhost, String user, ExchangeName exchange) {
        return setting(new TopologyKey.OfTopicPermission(vhost, user, exchange)).map(TopicPermission.class::cast);
    }

    /** What a queue does: its arguments, as policies change them. */
    public FieldTable effectiveArguments(QueueDefinition queue) {
        return in(queue.vhost()).effectiveArguments(queue);
    }

    /** What there is of a virtual host, though it may not be defined yet. */
    VirtualHostTopology in(VirtualHostName name) {
        var vhost = vhosts.get(name);
        return vhost == null ? VirtualHostTopology.empty(name) : vhost;
    }

    private Topology with(VirtualHostTopology vhost) {
        var others = vhost.isEmpty() ? vhosts.minus(vhost.name()) : vhosts.plus(vhost.name(), vhost);
        return new Topology(others, users, permissions, exclusiveQueues, settings);
    }

    private Topology withSettings(PMap<TopologyKey.OfSetting, Setting> others) {
        return new Topology(vhosts, users, permissions, exclusiveQueues, others);
    }

    private Topology owned(QueueDefinition queue) {
        var owner = queue.exclusiveOwner();
        if (owner == null) {
            return this;
        }
        PSet<TopologyKey.OfQueue> queues = exclusiveQueues.getOrDefault(owner, HashTreePSet.empty());
        return new Topology(
                vhosts, users, permissions, exclusiveQueues.plus(owner, queues.plus(queue.key())), settings);
    }

    private Topology disowned(TopologyKey.OfQueue key) {
        var owner = queue(key).flatMap(QueueDefinition::owner).orElse(null);
        if (owner == null) {
            return this;
        }
        var rest = exclusiveQueues.getOrDefault(owner, HashTreePSet.empty()).minus(key);
        return new Topology(
                vhosts,
                users,
                permissions,
                rest.isEmpty() ? exclusiveQueues.minus(owner) : exclusiveQueues.plus(owner, rest),
                settings);
    }
}
