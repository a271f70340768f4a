package io.millrace.broker.launcher;

import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Supplier;

/** The page for Prometheus of a process: the JVM's metrics and Kafka's. */
final class MetricsPage implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
    private final JmxMetrics kafka = new JmxMetrics(ManagementFactory.getPlatformMBeanServer());

    MetricsPage() {
        garbageCollection.bindTo(registry);
        List.of(
                        new ClassLoaderMetrics(),
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new ProcessorMetrics(),
                        new UptimeMetrics())
                .forEach(binder -> binder.bindTo(registry));
    }

    /** Shows further metrics from now on; asked for each page. */
    void add(Supplier<MetricSnapshots> more) {
        registry.getPrometheusRegistry().register((MultiCollector) more::get);
    }

    /** The page as text, format 0.0.4. */
    String text() {
        return registry.scrape() + kafka.page();
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }
}
