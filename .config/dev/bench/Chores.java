import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.MessageProperties;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/**
 * What clients do beside publishing and consuming, one after the other for some seconds: Chores URI CHORE SECONDS SETTLE-SECONDS [QUEUE-TYPE
 * [DEAD-LETTER-STRATEGY]]. Prints what one thread did per second after the first seconds, and how many microseconds the median and the 99th percentile took. Or Chores URI queues COUNT 0 [QUEUE-TYPE], which
 * declares so many durable queues, bench-queue-1 and so on, and leaves them there, and Chores URI clients COUNT SECONDS, which keeps so many connections with a consumer each.
 */
class Chores {
    private static final int PATIENCE_SECONDS = 30;
    private static final int BATCH = 1000;
    private static final int BODY = 1024;

    /** Something to be done again and again. */
    private interface Chore {
        void run() throws Exception;
    }

    private final ConnectionFactory factory = new ConnectionFactory();
    private final Map<String, Object> arguments = new HashMap<>();

    public static void main(String[] words) throws Exception {
        var chores = new Chores();
        chores.factory.setUri(words[0]);
        // A broker that was frozen a moment ago has other things to do first.
        chores.factory.setHandshakeTimeout(60_000);
        if (words.length > 4) {
            chores.arguments.put("x-queue-type", words[4]);
        }
        if (words.length > 5) {
            chores.arguments.put("x-dead-letter-strategy", words[5]);
        }
        int seconds = Integer.parseInt(words[2]);
        int settleSeconds = Integer.parseInt(words[3]);
        switch (words[1]) {
            case "connections" -> measure(seconds, settleSeconds, chores::connect);
            case "declares" -> chores.declares(seconds, settleSeconds);
            case "rpc" -> chores.rpc(seconds, settleSeconds);
            case "letter" -> chores.letters(seconds, settleSeconds, 1);
            case "letters" -> chores.letters(seconds, settleSeconds, BATCH);
            case "queues" -> chores.queues(seconds);
            case "clients" -> chores.clients(seconds, settleSeconds);
            default -> throw new IllegalArgumentException("there is no " + words[1]);
        }
    }

    private void connect() throws Exception {
        try (var connection = factory.newConnection()) {
            connection.createChannel().close();
        }
    }

    /** A durable queue is declared, bound and deleted. */
    private void declares(int seconds, int settleSeconds) throws Exception {
        try (var connection = factory.newConnection();
                var channel = connection.createChannel()) {
            int[] number = {0};
            measure(seconds, settleSeconds, () -> {
                var queue = "bench-declared-" + number[0]++;
                channel.queueDeclare(queue, true, false, false, arguments);
                channel.queueBind(queue, "amq.topic", queue);
                channel.queueDelete(queue);
            });
        }
    }

    /** A call to a server over a durable queue, answered by direct reply-to. */
    private void rpc(int seconds, int settleSeconds) throws Exception {
        try (var client = factory.newConnection();
                var server = factory.newConnection()) {
            var queue = "bench-calls";
            var serving = server.createChannel();
            serving.queueDeclare(queue, true, false, false, arguments);
            serve(serving, queue);
            call(client, queue, seconds, settleSeconds);
            serving.queueDelete(queue);
        }
    }

    private static void serve(Channel channel, String queue) throws Exception {
        DeliverCallback answer = (tag, request) -> {
            channel.basicPublish("", request.getProperties().getReplyTo(), null, request.getBody());
            channel.basicAck(request.getEnvelope().getDeliveryTag(), false);
        };
        channel.basicQos(10);
        channel.basicConsume(queue, false, answer, tag -> {});
    }

    private static void call(Connection client, String queue, int seconds, int settleSeconds) throws Exception {
        var answers = new SynchronousQueue<byte[]>();
        DeliverCallback take = (tag, answer) -> {
            try {
                answers.offer(answer.getBody(), PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (var channel = client.createChannel()) {
            channel.basicConsume("amq.rabbitmq.reply-to", true, take, tag -> {});
            var asking = new AMQP.BasicProperties.Builder().replyTo("amq.rabbitmq.reply-to").build();
            measure(seconds, settleSeconds, () -> {
                channel.basicPublish("", queue, asking, new byte[100]);
                if (answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS) == null) {
                    throw new IllegalStateException("no answer to a call");
                }
            });
        }
    }

    /** So many messages are published, rejected, and received from the queue for dead letters; then the next ones. */
    private void letters(int seconds, int settleSeconds, int batch) throws Exception {
        var queue = "bench-rejected";
        var letters = "bench-letters";
        var rejecting = new HashMap<>(arguments);
        rejecting.put("x-dead-letter-exchange", "");
        rejecting.put("x-dead-letter-routing-key", letters);
        var arrived = new Semaphore(0);
        try (var connection = factory.newConnection();
                var channel = connection.createChannel();
                var publishing = connection.createChannel()) {
            channel.queueDeclare(letters, true, false, false, Map.of("x-queue-type", arguments.get("x-queue-type")));
            channel.queueDeclare(queue, true, false, false, rejecting);
            channel.basicQos(200);
            DeliverCallback reject = (tag, message) -> channel.basicReject(message.getEnvelope().getDeliveryTag(), false);
            DeliverCallback count = (tag, message) -> arrived.release();
            channel.basicConsume(queue, false, reject, tag -> {});
            channel.basicConsume(letters, true, count, tag -> {});
            measure(seconds, settleSeconds, batch, () -> {
                for (int number = 0; number < batch; number++) {
                    publishing.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, new byte[BODY]);
                }
                if (!arrived.tryAcquire(batch, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new IllegalStateException(batch - arrived.availablePermits() + " dead letters are missing");
                }
            });
            channel.queueDelete(queue);
            channel.queueDelete(letters);
        }
    }

    private void queues(int count) throws Exception {
        try (var connection = factory.newConnection();
                var channel = connection.createChannel()) {
            long begin = System.nanoTime();
            for (int number = 1; number <= count; number++) {
                channel.queueDeclare("bench-queue-" + number, true, false, false, arguments);
            }
            System.out.printf("all after_ms %d%n", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        }
    }

    /** Each consumes from a queue of its own in the end, and gets the one message in it. */
    private void clients(int count, int seconds) throws Exception {
        factory.useNio();
        factory.setSharedExecutor(Executors.newFixedThreadPool(2));
        factory.setRequestedHeartbeat(60);
        factory.setConnectionTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        var connections = new ArrayList<Connection>();
        var got = new CountDownLatch(count);
        var lost = new CountDownLatch(1);
        DeliverCallback take = (tag, message) -> got.countDown();
        long begin = System.nanoTime();
        for (int number = 0; number < count; number++) {
            var connection = factory.newConnection();
            connections.add(connection);
            connection.addShutdownListener(cause -> lost.countDown());
            var channel = connection.createChannel();
            var queue = channel.queueDeclare().getQueue();
            channel.basicConsume(queue, true, take, tag -> {});
            channel.basicPublish("", queue, null, new byte[100]);
        }
        boolean all = got.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        System.out.printf(
                "all after_ms %d missing %d%n",
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin), all ? 0 : got.getCount());
        lost.await(seconds, TimeUnit.SECONDS);
        System.out.printf("dropped %d%n", connections.stream().filter(each -> !each.isOpen()).count());
        System.exit(0);
    }

    private static void measure(int seconds, int settleSeconds, Chore chore) throws Exception {
        measure(seconds, settleSeconds, 1, chore);
    }

    private static void measure(int seconds, int settleSeconds, int atOnce, Chore chore) throws Exception {
        long begin = System.nanoTime() + TimeUnit.SECONDS.toNanos(settleSeconds);
        long end = begin + TimeUnit.SECONDS.toNanos(seconds);
        var took = new long[1 << 20];
        int done = 0;
        for (long now = System.nanoTime(); now < end && done < took.length; ) {
            chore.run();
            long after = System.nanoTime();
            if (now >= begin) {
                took[done++] = after - now;
            }
            now = after;
        }
        var sorted = Arrays.copyOf(took, done);
        Arrays.sort(sorted);
        System.out.printf(
                "per_second %.1f p50_us %d p99_us %d%n",
                (double) done * atOnce / seconds,
                TimeUnit.NANOSECONDS.toMicros(sorted[done / 2]),
                TimeUnit.NANOSECONDS.toMicros(sorted[done * 99 / 100]));
    }
}
