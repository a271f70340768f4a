package io.millrace.broker.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Allocation;
import io.millrace.broker.topology.Decision;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.TopologyMachine;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of definitions, in and out. */
class DefinitionsTest {
    /** As RabbitMQ 4.0 exports it. */
    private static final String FILE = """
            {'rabbitmq_version':'4.0.5','rabbitmq_definition_format':'cluster',
             'users':[{'name':'guest','password_hash':'','hashing_algorithm':'rabbit_password_hashing_sha256',
               'tags':['administrator'],'limits':{'max-channels':5}}],
             'vhosts':[{'name':'/','description':'','metadata':{'description':'d','tags':[]},'tags':[]}],
             'permissions':[{'user':'guest','vhost':'/','configure':'a','write':'b','read':'c'}],
             'topic_permissions':[{'user':'guest','vhost':'/','exchange':'x','write':'b','read':'c'}],
             'parameters':[{'value':{'pattern':'^a','definition':{'max-length':10},'priority':0,'apply-to':'all'},
               'vhost':'/','component':'operator_policy','name':'o1'},
               {'value':{'max-queues':20},'vhost':'/','component':'vhost-limits','name':'limits'}],
             'global_parameters':[{'name':'cluster_tags','value':[]}],
             'policies':[{'vhost':'/','name':'p1','pattern':'^a','apply-to':'all','definition':{'max-length':9},
               'priority':0}],
             'queues':[{'name':'q1','vhost':'/','durable':true,'auto_delete':false,
               'arguments':{'x-message-ttl':5,'x-queue-type':'classic'}}],
             'exchanges':[{'name':'x','vhost':'/','type':'topic','durable':true,'auto_delete':false,'internal':false,
               'arguments':{'alternate-exchange':'y'}}],
             'bindings':[{'source':'x','vhost':'/','destination':'q1','destination_type':'queue','routing_key':'k',
               'arguments':{'a':1}}]}""";

    private static JsonNode json(String text) {
        return FieldJson.parse(text.replace('\'', '"'));
    }

    private static Topology imported(Topology image, JsonNode file, @Nullable VirtualHostName only) {
        var after = image;
        for (var command : commands(image, file, only)) {
            var decision = TopologyMachine.decide(
                    command, after, new Allocation(after.entries().size(), 1, 4, "pod"));
            assertThat(decision).isInstanceOf(Decision.Accepted.class);
            after = after.apply(((Decision.Accepted) decision).events());
        }
        return after;
    }

    private static List<TopologyCommand> commands(Topology image, JsonNode file, @Nullable VirtualHostName only) {
        return DefinitionsImport.phases(file, image, only, "guest").stream()
                .flatMap(List::stream)
                .toList();
    }

    private static Topology full() {
        return imported(Topology.EMPTY, json(FILE), null);
    }

    @Test
    void whatRabbitMqExportsComesOutAgain() {
        var file = json(FILE);

        var exported =
                FieldJson.parse(new Definitions(full(), "4.0.5").ofCluster().toString());

        for (var section : List.of(
                "users",
                "topic_permissions",
                "permissions",
                "parameters",
                "global_parameters",
                "policies",
                "queues",
                "exchanges",
                "bindings")) {
            assertThat(exported.path(section)).as(section).isEqualTo(file.path(section));
        }
        assertThat(exported.path("vhosts").path(0).path("name").asText()).isEqualTo("/");
    }

    @Test
    void importingAgainChangesNothing() {
        var image = full();

        assertThat(imported(image, json(FILE), null).entries()).isEqualTo(image.entries());
    }

    @Test
    void oneVirtualHostGoesIntoAnother() {
        var other = new VirtualHostName("other");
        var image = imported(full(), json("{'vhosts':[{'name':'other'}]}"), null);
        var file = new Definitions(image, "4.0.5")
                .of(image.vhost(VirtualHostName.DEFAULT).orElseThrow());

        var after = imported(image, file, other);

        assertThat(new Definitions(after, "4.0.5")
                        .of(after.vhost(other).orElseThrow())
                        .without(List.of("original_vhost_name", "explanation", "description", "metadata"))
                        .toString())
                .isEqualTo(file.without(List.of("original_vhost_name", "explanation", "description", "metadata"))
                        .toString());
        assertThat(commands(after, json("{'users':[{}]}"), other)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'users':[{'name':'x'}]}                               | tags_not_present",
                "{'users':[{'name':'x','tags':'','hashing_algorithm':'rabbit_password_hashing_md5'}]} | is not known",
                "{'users':{'a':1}}                                      | users is not a list of objects",
                "{'queues':[{'name':'q'}]}                              | key_missing: vhost",
                "{'queues':[{'name':'q','vhost':'none'}]}               | create virtual host \"none\" prior to",
                "{'parameters':[{'component':'shovel','name':'x'}]}     | component shovel not found",
                "{'bindings':[{'vhost':'/','source':'n','destination':'q','destination_type':'queue'}]} | not_found: no",
                "{'exchanges':[{'name':'n','vhost':'/','type':'odd'}]}  | precondition_failed: ",
                "{'policies':[{'name':'p','vhost':'/','pattern':''}]}   | (//p)",
            })
    void theFirstErrorIsTold(String file, String reason) {
        assertThatThrownBy(() -> commands(full(), json(file), null))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(reason);
    }
}
