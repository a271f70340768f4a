package io.millrace.broker.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Permission.Operation;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicPermissionTest {
    private final Scene scene = Scene.withAlice().queue("q");

    private static TopicPermission of(String user, String write, String read) {
        return TopicPermission.of(Scene.VHOST, user, new ExchangeName("x"), write, read);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "^w\\.             | w.a     | true",
                "^w\\.             | a.w.    | false",
                "^{username}/{vhost}$ | a.b+// | true",
                "^{username}         | axb     | false",
                "''                  | ''      | true",
                "''                  | x       | false",
            })
    void aPatternMatchesRoutingKeysAndVariablesStandForNames(String pattern, String routingKey, boolean allowed) {
        var permission = of("a.b+", pattern, "^$");

        assertThat(permission.allows(Operation.WRITE, routingKey)).isEqualTo(allowed);
        assertThat(permission.write().expression()).isEqualTo(pattern);
    }

    @Test
    void whatIsNoRegularExpressionIsRefused() {
        assertThatThrownBy(() -> of("alice", "(", "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bindingToATopicExchangeNeedsReadOnTheRoutingKey() {
        scene.exchange("x", "topic").exchange("y", "direct");
        scene.accepted(new TopologyCommand.PutSetting(of("alice", "", "^a")));

        scene.bindQueue("x", "q", "a.b").bindQueue("y", "q", "other");

        var bind = new TopologyCommand.Bind(Scene.ALICE, Scene.VHOST, "x", Scene.toQueue("q"), "b", FieldTable.EMPTY);
        assertThat(scene.refusal(bind))
                .isEqualTo("ACCESS_REFUSED - read access to topic 'b' in exchange 'x' in vhost '/' refused for user"
                        + " 'alice'");
        assertThat(scene.refusal(Scene.unbindQueue("x", "q", "b"))).startsWith("ACCESS_REFUSED - read access");
    }

    @Test
    void itGoesWithItsUserAndWithItsVirtualHost() {
        scene.accepted(new TopologyCommand.PutUser(new User("bob", PasswordHash.NONE, Set.of())));
        scene.accepted(new TopologyCommand.PutSetting(of("alice", "", "")));
        scene.accepted(new TopologyCommand.PutSetting(of("bob", "", "")));

        scene.accepted(new TopologyCommand.DeleteUser("bob"));
        assertThat(scene.topology.settings(TopicPermission.class))
                .extracting(TopicPermission::user)
                .containsExactly("alice");

        scene.accepted(new TopologyCommand.DeleteVirtualHost(Scene.VHOST));
        assertThat(scene.topology.settings(Setting.class)).isEmpty();
    }

    @Test
    void itNeedsItsUserAndItsVirtualHost() {
        var elsewhere = TopicPermission.of(new VirtualHostName("none"), "alice", new ExchangeName("x"), "", "");

        assertThat(scene.refusal(new TopologyCommand.PutSetting(of("bob", "", ""))))
                .startsWith("NOT_FOUND");
        assertThat(scene.refusal(new TopologyCommand.PutSetting(elsewhere))).startsWith("NOT_FOUND");
    }
}
