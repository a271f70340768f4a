package io.millrace.operator.reconcile;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.observe.LagCollector.GroupLag;
import io.millrace.operator.status.ConsumerGroupStatuses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The lag of groups as metrics: exact, unlike what objects show, and gone when it is stale: an old figure is no figure. */
public final class LagMeters {

    private final MultiGauge records;
    private final MultiGauge seconds;
    private final MultiGauge members;
    private final MultiGauge stale;

    public LagMeters(MeterRegistry registry) {
        records = MultiGauge.builder("millrace.group.lag.records").register(registry);
        seconds = MultiGauge.builder("millrace.group.lag.seconds").register(registry);
        members = MultiGauge.builder("millrace.group.members").register(registry);
        stale = MultiGauge.builder("millrace.group.lag.stale").register(registry);
    }

    /** Shows these groups, and no others any more. Called by one thread at a time. */
    void show(Map<ClusterKey, Map<String, GroupLag>> clusters) {
        var recordRows = new ArrayList<MultiGauge.Row<?>>();
        var secondRows = new ArrayList<MultiGauge.Row<?>>();
        var memberRows = new ArrayList<MultiGauge.Row<?>>();
        var staleRows = new ArrayList<MultiGauge.Row<?>>();
        clusters.forEach((cluster, groups) -> groups.forEach((group, lag) -> {
            var tags = Tags.of("namespace", cluster.namespace(), "cluster", cluster.name(), "group", group);
            staleRows.add(MultiGauge.Row.of(tags, lag instanceof GroupLag.Stale ? 1 : 0));
            if (lag instanceof GroupLag.Fresh fresh) {
                recordRows.add(MultiGauge.Row.of(tags, fresh.facts().lag()));
                memberRows.add(MultiGauge.Row.of(tags, fresh.facts().members()));
                var age = ConsumerGroupStatuses.lagSeconds(fresh.facts());
                if (age != null) {
                    secondRows.add(MultiGauge.Row.of(tags, age));
                }
            }
        }));
        for (var shown : List.of(
                Map.entry(records, recordRows),
                Map.entry(seconds, secondRows),
                Map.entry(members, memberRows),
                Map.entry(stale, staleRows))) {
            shown.getKey().register(shown.getValue(), true);
        }
    }
}
