package io.millrace.broker.management;

import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.TopologyCommand;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** All that is defined, in one file. */
final class DefinitionRoutes {
    private final ManagedBroker broker;
    private final BindingRoutes bindings;

    DefinitionRoutes(ManagedBroker broker, BindingRoutes bindings) {
        this.broker = broker;
        this.bindings = bindings;
    }

    Answer get(Call call) {
        return Answer.ok(definitions().ofCluster());
    }

    Answer getOfVhost(Call call) {
        var vhost = broker.image().vhost(call.vhost()).orElseThrow(() -> Refusal.badRequest("vhost_not_found"));
        return Answer.ok(definitions().of(vhost));
    }

    private Definitions definitions() {
        return new Definitions(broker.image(), broker.profileVersion());
    }

    CompletionStage<Answer> post(Call call) {
        return imported(call, null);
    }

    CompletionStage<Answer> postToVhost(Call call) {
        if (broker.image().vhost(call.vhost()).isEmpty()) {
            throw Refusal.noVirtualHost();
        }
        return imported(call, call.vhost());
    }

    private CompletionStage<Answer> imported(Call call, @Nullable VirtualHostName only) {
        var phases = DefinitionsImport.phases(
                call.json(), broker.image(), only, call.user().name());
        var done = requireTopics(phases);
        for (var phase : phases) {
            done = done.thenCompose(before -> all(phase));
        }
        return done.thenApply(all -> Answer.noContent());
    }

    private CompletionStage<?> requireTopics(List<List<TopologyCommand>> phases) {
        return CompletableFuture.allOf(phases.stream()
                .flatMap(List::stream)
                .filter(TopologyCommand.Bind.class::isInstance)
                .map(bind -> bindings.requireTopic(((TopologyCommand.Bind) bind).destination())
                        .toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    private CompletionStage<?> all(List<TopologyCommand> commands) {
        return CompletableFuture.allOf(commands.stream()
                .map(command -> broker.change(command).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }
}
