package io.millrace.broker.launcher;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's own metrics, as it registers them with JMX, for Prometheus. {@code kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,topic=t}
 * becomes {@code kafka_server_BrokerTopicMetrics_BytesInPerSec_Count{topic="t"}} and so on, one per numeric attribute.
 */
final class JmxMetrics {
    private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Za-z0-9_]+");
    /** Rates and quantiles over moving windows: Prometheus makes its own from the counts, and quantiles cannot be added up. */
    private static final Pattern LEFT_OUT = Pattern.compile(
            "(?:One|Five|Fifteen)MinuteRate|MeanRate|(?:50|75|95|98|999)thPercentile|StdDev|Min|RateUnit");

    /** One line of the page. */
    record Sample(String name, Map<String, String> labels, double value) {
        String line() {
            var text = labels.entrySet().stream()
                    .map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + "\"")
                    .collect(Collectors.joining(","));
            return name + (text.isEmpty() ? "" : "{" + text + "}") + " " + value;
        }

        private static String escaped(String value) {
            return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        }
    }

    private final MBeanServer beans;

    JmxMetrics(MBeanServer beans) {
        this.beans = beans;
    }

    /** The page: samples of the same name together, as the format asks. */
    String page() {
        var samples = new ArrayList<Sample>();
        try {
            for (var name : beans.queryNames(new ObjectName("kafka.*:*"), null)) {
                collect(name, samples);
            }
        } catch (MalformedObjectNameException e) {
            throw new IllegalStateException(e);
        }
        samples.sort(Comparator.comparing(Sample::name));
        var page = new StringBuilder();
        var before = "";
        for (var sample : samples) {
            if (!sample.name().equals(before)) {
                page.append("# TYPE ").append(sample.name()).append(" untyped\n");
                before = sample.name();
            }
            page.append(sample.line()).append('\n');
        }
        return page.toString();
    }

    private void collect(ObjectName name, List<Sample> into) {
        try {
            for (var attribute : beans.getMBeanInfo(name).getAttributes()) {
                if (!LEFT_OUT.matcher(attribute.getName()).matches()) {
                    sample(name, attribute, value(name, attribute), into);
                }
            }
        } catch (JMException e) {
            // It was removed since it was listed: a topic that is gone has no metrics.
            return;
        }
    }

    private @Nullable Object value(ObjectName name, MBeanAttributeInfo attribute) throws JMException {
        return attribute.isReadable() ? beans.getAttribute(name, attribute.getName()) : null;
    }

    private static void sample(
            ObjectName name, MBeanAttributeInfo attribute, @Nullable Object value, List<Sample> into) {
        if (value instanceof Number number && !Double.isNaN(number.doubleValue())) {
            into.add(sample(name, attribute.getName(), number.doubleValue()));
        }
    }

    /** A JMX name and attribute as a sample. */
    static Sample sample(ObjectName name, String attribute, double value) {
        var keys = new TreeMap<>(name.getKeyPropertyList());
        var parts = new ArrayList<String>();
        parts.add(name.getDomain());
        for (var key : List.of("type", "name")) {
            var part = keys.remove(key);
            if (part != null) {
                parts.add(part);
            }
        }
        if (!attribute.equals("Value")) {
            parts.add(attribute);
        }
        var labels = new TreeMap<String, String>();
        keys.forEach((key, label) -> labels.put(clean(key), label));
        return new Sample(parts.stream().map(JmxMetrics::clean).collect(Collectors.joining("_")), labels, value);
    }

    private static String clean(String text) {
        return NOT_IN_NAMES.matcher(text).replaceAll("_");
    }
}
