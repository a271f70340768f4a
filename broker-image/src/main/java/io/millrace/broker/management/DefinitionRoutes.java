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
    private final VirtualHostRoutes vhosts;

    DefinitionRoutes(ManagedBroker broker, VirtualHostRoutes vhosts) {
        this.broker = broker;
        this.vhosts = vhosts;
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
        return imported(call, vhosts.existing(call).name());
    }

    private CompletionStage<Answer> imported(Call call, @Nullable VirtualHostName only) {
        CompletionStage<?> done = CompletableFuture.completedFuture(null);
        for (var phase : DefinitionsImport.phases(
                call.json(), broker.image(), only, call.user().name())) {
            done = done.thenCompose(before -> all(phase));
        }
        return done.thenApply(all -> Answer.noContent());
    }

    private CompletionStage<?> all(List<TopologyCommand> commands) {
        return CompletableFuture.allOf(commands.stream()
                .map(command -> broker.change(command).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }
}
