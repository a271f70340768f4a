package io.millrace.broker.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.log.GroupState;
import io.millrace.broker.log.LogView;
import io.millrace.broker.log.LogView.GroupName;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Groups of consumers of the log, of all types. Our own: RabbitMQ has none. */
final class GroupRoutes {
    /** What coordinators list without being asked about a group. */
    private static final Set<String> KNOWN = Set.of("name", "type", "state", "protocol");

    private final LogView log;
    private final AtOnce atOnce;

    GroupRoutes(ManagedBroker broker, AtOnce atOnce) {
        log = broker.log();
        this.atOnce = atOnce;
    }

    /** Where a page can be chosen by what is listed, no coordinator is asked about the other groups. */
    CompletionStage<Answer> list(Call call) {
        var listing = call.listing();
        return atOnce.begin(() -> log.groupNames().thenCompose(names -> {
            names.missing().ifPresent(reason -> {
                throw Refusal.unavailable("not all groups are known: " + reason);
            });
            var sorted = names.known().stream()
                    .sorted(Comparator.comparing(GroupName::name))
                    .toList();
            if (!listing.isChosenBy(KNOWN)) {
                return shapes(sorted).thenApply(shapes -> Answer.ok(Shapes.array(shapes.stream())));
            }
            var page = listing.choose(sorted, LogShapes::group);
            return shapes(page.items())
                    .thenApply(shapes -> listing.answer(new Listing.Page<>(shapes, page.filtered(), page.total())));
        }));
    }

    private CompletionStage<List<ObjectNode>> shapes(List<GroupName> groups) {
        return log.groups(groups).thenApply(states -> groups.stream()
                .filter(group -> !(state(states.get(group.name())) instanceof GroupState.Gone))
                .map(group -> LogShapes.group(group, state(states.get(group.name()))))
                .toList());
    }

    private static GroupState state(@Nullable GroupState state) {
        return state == null ? new GroupState.Gone() : state;
    }

    CompletionStage<Answer> get(Call call) {
        return atOnce.begin(() -> log.groupNames().thenCompose(names -> {
            var group = named(names, call.parameter("group"));
            return log.groups(List.of(group)).thenApply(states -> {
                var state = state(states.get(group.name()));
                if (state instanceof GroupState.Gone) {
                    throw Refusal.notFound();
                }
                return Answer.ok(LogShapes.details(LogShapes.group(group, state), state));
            });
        }));
    }

    /** A group that is not listed may be one of a coordinator that does not answer. */
    private static GroupName named(LogView.GroupNames names, String wanted) {
        return names.known().stream()
                .filter(group -> group.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> names.missing()
                        .map(reason -> Refusal.unavailable("not all groups are known: " + reason))
                        .orElseGet(Refusal::notFound));
    }
}
