package io.millrace.broker.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.topology.GlobalParameter;
import io.millrace.broker.topology.TopologyCommand;
import java.util.Comparator;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Parameters: those of virtual hosts are policies of operators and limits, which have routes of their own to change them. */
final class ParameterRoutes {
    private final ManagedBroker broker;

    ParameterRoutes(ManagedBroker broker) {
        this.broker = broker;
    }

    Answer all(Call call) {
        return list(_ -> true);
    }

    Answer ofComponent(Call call) {
        return list(of("component", call.parameter("component")));
    }

    Answer ofComponentInVhost(Call call) {
        return list(of("component", call.parameter("component"))
                .and(of("vhost", call.vhost().value())));
    }

    Answer one(Call call) {
        return parameters(of("component", call.parameter("component"))
                        .and(of("vhost", call.vhost().value()))
                        .and(of("name", call.parameter("name"))))
                .findFirst()
                .map(Answer::ok)
                .orElseThrow(Refusal::notFound);
    }

    private static Predicate<ObjectNode> of(String field, String value) {
        return parameter -> parameter.path(field).asText().equals(value);
    }

    private Answer list(Predicate<ObjectNode> wanted) {
        return Answer.ok(Shapes.array(parameters(wanted)));
    }

    private Stream<ObjectNode> parameters(Predicate<ObjectNode> wanted) {
        return new Definitions(broker.image(), broker.profileVersion())
                .parameters()
                .filter(wanted);
    }

    // --- of the whole cluster ---

    private Stream<GlobalParameter> globals() {
        return broker.image().settings(GlobalParameter.class).sorted(Comparator.comparing(GlobalParameter::name));
    }

    Answer global(Call call) {
        return Answer.ok(Shapes.array(globals().map(Shapes::globalParameter)));
    }

    Answer oneGlobal(Call call) {
        return Answer.ok(Shapes.globalParameter(existing(call)));
    }

    private GlobalParameter existing(Call call) {
        return globals()
                .filter(parameter -> parameter.name().equals(call.parameter("name")))
                .findFirst()
                .orElseThrow(Refusal::notFound);
    }

    CompletionStage<Answer> putGlobal(Call call) {
        var name = call.parameter("name");
        var body = call.json();
        if (!body.has("value")) {
            throw Refusal.badRequest("[{key_missing,value}]");
        }
        var isNew = globals().noneMatch(parameter -> parameter.name().equals(name));
        var parameter = new GlobalParameter(name, body.path("value").toString());
        return broker.change(new TopologyCommand.PutSetting(parameter)).thenApply(reply -> Answer.put(isNew));
    }

    CompletionStage<Answer> deleteGlobal(Call call) {
        return broker.change(new TopologyCommand.DeleteSetting(existing(call).key()))
                .thenApply(reply -> Answer.noContent());
    }
}
