package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JmxMetricsTest {
    /** An MBean as Kafka registers them. */
    public interface Meter {
        long getCount();

        double getOneMinuteRate();

        String getEventType();
    }

    private record Fixed(long getCount, double getOneMinuteRate, String getEventType) implements Meter {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,topic=a-b | Count | kafka_server_BrokerTopicMetrics_BytesInPerSec_Count{topic=\"a-b\"} 2.0",
                "kafka.server:type=KafkaServer,name=BrokerState | Value | kafka_server_KafkaServer_BrokerState 2.0",
                "kafka.server:type=raft-metrics | current-leader | kafka_server_raft_metrics_current_leader 2.0",
                "kafka.log:type=Log,name=Size,topic=t,partition=3 | Value | kafka_log_Log_Size{partition=\"3\",topic=\"t\"} 2.0"
            })
    void makesSamplesOfNames(String name, String attribute, String line) throws Exception {
        assertThat(JmxMetrics.sample(new ObjectName(name), attribute, 2).line()).isEqualTo(line);
    }

    @Test
    void showsNumbersButNoMovingRates() throws Exception {
        var beans = ManagementFactory.getPlatformMBeanServer();
        var name = new ObjectName("kafka.test:type=T,name=N");
        beans.registerMBean(new StandardMBean(new Fixed(7, 0.5, "x"), Meter.class), name);
        try {
            assertThat(new JmxMetrics(beans).page())
                    .contains("# TYPE kafka_test_T_N_Count untyped\nkafka_test_T_N_Count 7.0\n")
                    .doesNotContain("OneMinuteRate", "EventType");
        } finally {
            beans.unregisterMBean(name);
        }
    }
}
