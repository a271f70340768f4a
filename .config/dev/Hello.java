import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** One message through each protocol of the quickstart: Hello KAFKA AMQP USER, the password in PASSWORD. */
class Hello {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    public static void main(String[] arguments) throws Exception {
        var text = "hello " + UUID.randomUUID();
        var password = System.getenv("PASSWORD");
        throughKafka(arguments[0], arguments[2], password, text);
        throughAmqp(arguments[1], arguments[2], password, text);
    }

    private static void throughKafka(String bootstrap, String user, String password, String text) throws Exception {
        var settings = new HashMap<String, Object>(Map.of(
                "bootstrap.servers", bootstrap,
                "security.protocol", "SASL_PLAINTEXT",
                "sasl.mechanism", "SCRAM-SHA-512",
                "sasl.jaas.config", "org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
                        + user + "\" password=\"" + password + "\";",
                "group.id", "hello",
                "auto.offset.reset", "earliest"));
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("order-events", "order-1", text)).get();
        }
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("order-events"));
            var end = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < end) {
                for (var record : consumer.poll(Duration.ofMillis(500))) {
                    if (record.value().equals(text)) {
                        consumer.commitSync();
                        System.out.println("Kafka: \"" + text + "\" went to topic order-events and came back");
                        return;
                    }
                }
            }
        }
        throw new IllegalStateException("nothing came back from topic order-events");
    }

    private static void throughAmqp(String address, String user, String password, String text) throws Exception {
        var factory = new ConnectionFactory();
        factory.setHost(address.substring(0, address.lastIndexOf(':')));
        factory.setPort(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
        factory.setUsername(user);
        factory.setPassword(password);
        try (var connection = factory.newConnection();
                var channel = connection.createChannel()) {
            channel.confirmSelect();
            channel.basicPublish(
                    "orders", "order.1.paid", MessageProperties.PERSISTENT_TEXT_PLAIN, text.getBytes(StandardCharsets.UTF_8));
            channel.waitForConfirmsOrDie(PATIENCE.toMillis());
            GetResponse response;
            do {
                response = channel.basicGet("invoices", false);
                if (response == null) {
                    throw new IllegalStateException("nothing came back from queue invoices");
                }
                channel.basicAck(response.getEnvelope().getDeliveryTag(), false);
            } while (!new String(response.getBody(), StandardCharsets.UTF_8).equals(text));
            System.out.println("AMQP: \"" + text + "\" went through exchange orders to queue invoices and came back");
        }
    }
}
