package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.server.quota.ClientQuotaEntity;
import org.apache.kafka.server.quota.ClientQuotaEntity.ConfigEntity;
import org.apache.kafka.server.quota.ClientQuotaEntity.ConfigEntityType;
import org.apache.kafka.server.quota.ClientQuotaType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientQuotasTest {
    private static final ClientQuotaType PRODUCE = ClientQuotaType.PRODUCE;
    private static final List<String> PRECEDENCE =
            List.of("ann/app", "ann/*", "ann/", "*/app", "*/*", "*/", "/app", "/*");

    private final ClientQuotas quotas = new ClientQuotas();

    @ParameterizedTest
    @CsvSource({
        "ann/app, ann, app",
        "ann/*,   ann, app",
        "ann/,    ann, ''",
        "*/app,   ann, app",
        "*/*,     ann, app",
        "*/,      ann, ''",
        "/app,    '',  app",
        "/*,      '',  app",
    })
    void whoSharesAQuotaIsToldByWhatItNames(String owner, String user, String client) {
        set(owner, 7);

        var tags = quotas.tags(PRODUCE, "ann", "app");

        assertThat(tags).isEqualTo(Map.of("user", user, "client-id", client));
        assertThat(quotas.limit(PRODUCE, tags)).isEqualTo(7);
        assertThat(quotas.limit(ClientQuotaType.FETCH, tags)).isNull();
    }

    @Test
    void theFirstThatIsThereCounts() {
        var random = new Random(4711);
        for (int round = 0; round < 200; round++) {
            var there = new ArrayList<String>();
            for (int i = 0; i < PRECEDENCE.size(); i++) {
                var owner = PRECEDENCE.get(i);
                if (random.nextBoolean()) {
                    set(owner, i);
                    there.add(owner);
                } else {
                    quotas.remove(PRODUCE, entity(owner));
                }
            }

            var limit = quotas.limit(PRODUCE, quotas.tags(PRODUCE, "ann", "app"));

            if (there.isEmpty()) {
                assertThat(limit).isNull();
            } else {
                assertThat(limit).isEqualTo(PRECEDENCE.indexOf(there.getFirst()));
            }
        }
    }

    private void set(String owner, double limit) {
        quotas.set(PRODUCE, entity(owner), limit);
    }

    /** As user/client, * for the default. */
    private static ClientQuotaEntity entity(String owner) {
        var parts = new ArrayList<ConfigEntity>();
        var user = owner.substring(0, owner.indexOf('/'));
        var client = owner.substring(owner.indexOf('/') + 1);
        if (!user.isEmpty()) {
            parts.add(part(user, ConfigEntityType.USER, ConfigEntityType.DEFAULT_USER));
        }
        if (!client.isEmpty()) {
            parts.add(part(client, ConfigEntityType.CLIENT_ID, ConfigEntityType.DEFAULT_CLIENT_ID));
        }
        return () -> parts;
    }

    private record Part(String name, ConfigEntityType entityType) implements ConfigEntity {}

    private static ConfigEntity part(String name, ConfigEntityType named, ConfigEntityType byDefault) {
        return name.equals("*") ? new Part("", byDefault) : new Part(name, named);
    }
}
