package io.millrace.broker.launcher;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.server.quota.ClientQuotaEntity;
import org.apache.kafka.server.quota.ClientQuotaType;
import org.jspecify.annotations.Nullable;

/**
 * Quotas of users and client ids, with the precedence Kafka gives them where it has no callback (KIP-55, KIP-124): what names both
 * goes before what names the user, and that before what names the client id; a name before the default. Any thread.
 */
final class ClientQuotas {
    static final String USER = "user";
    static final String CLIENT = "client-id";

    /** Names are sanitized, so none is this. */
    private static final String DEFAULT = "<default>";

    private static final String UNNAMED = "";

    /** What a quota is of. */
    private record Owner(ClientQuotaType type, String user, String client) {}

    private final Map<Owner, Double> limits = new ConcurrentHashMap<>();

    void set(ClientQuotaType type, ClientQuotaEntity entity, double limit) {
        limits.put(owner(type, entity), limit);
    }

    void remove(ClientQuotaType type, ClientQuotaEntity entity) {
        limits.remove(owner(type, entity));
    }

    /** Who shares a quota with a client: the tags of the metric that is measured against it. */
    Map<String, String> tags(ClientQuotaType type, String user, String client) {
        return owners(type, user, client)
                .filter(limits::containsKey)
                .findFirst()
                .map(owner -> tags(
                        owner.user().isEmpty() ? UNNAMED : user, owner.client().isEmpty() ? UNNAMED : client))
                .orElseGet(() -> tags(UNNAMED, client));
    }

    /** The limit for what has these tags; null: none. */
    @Nullable
    Double limit(ClientQuotaType type, Map<String, String> tags) {
        var user = tags.getOrDefault(USER, UNNAMED);
        var client = tags.getOrDefault(CLIENT, UNNAMED);
        return owners(type, user, client)
                .filter(owner -> owner.user().isEmpty() == user.isEmpty()
                        && owner.client().isEmpty() == client.isEmpty())
                .map(limits::get)
                .filter(limit -> limit != null)
                .findFirst()
                .orElse(null);
    }

    private static Map<String, String> tags(String user, String client) {
        return Map.of(USER, user, CLIENT, client);
    }

    /** In the order of precedence. */
    private static Stream<Owner> owners(ClientQuotaType type, String user, String client) {
        return Stream.of(
                        List.of(user, client),
                        List.of(user, DEFAULT),
                        List.of(user, UNNAMED),
                        List.of(DEFAULT, client),
                        List.of(DEFAULT, DEFAULT),
                        List.of(DEFAULT, UNNAMED),
                        List.of(UNNAMED, client),
                        List.of(UNNAMED, DEFAULT))
                .map(pair -> new Owner(type, pair.get(0), pair.get(1)));
    }

    private static Owner owner(ClientQuotaType type, ClientQuotaEntity entity) {
        var user = UNNAMED;
        var client = UNNAMED;
        for (var part : entity.configEntities()) {
            switch (part.entityType()) {
                case USER -> user = part.name();
                case DEFAULT_USER -> user = DEFAULT;
                case CLIENT_ID -> client = part.name();
                case DEFAULT_CLIENT_ID -> client = DEFAULT;
            }
        }
        return new Owner(type, user, client);
    }
}
