package io.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.ConnectionFactory;
import io.millrace.broker.cluster.LinkSettings;
import io.millrace.broker.launcher.FreePorts;
import io.millrace.broker.launcher.KafkaNode;
import io.millrace.broker.log.Logs;
import io.millrace.broker.log.MessageLog;
import io.millrace.broker.log.kafka.KafkaLogs;
import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.LongString;
import io.millrace.broker.wire.Basic;
import io.millrace.broker.wire.Channel;
import io.millrace.broker.wire.Connection;
import io.millrace.broker.wire.Frame;
import io.millrace.broker.wire.FrameEncoder;
import io.millrace.broker.wire.Method;
import io.millrace.broker.wire.Queue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that close their connection while it still has something to do, or do not read what they are sent. The log answers for what they publish when a test wants it to. */
@NullUnmarked // what is not there yet fails the test
class EndedConnectionsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int FRAME_MAX_BYTES = 8192;
    private static final int EXCLUSIVE = 20;
    private static final String CONSUMED = "consumed";
    private static final String PUBLISHED = "published";
    private static final ByteBuf CLOSE = method(0, new Connection.Close(200, "", 0, 0));
    /** Is answered a moment later: what comes with it waits. */
    private static final ByteBuf DECLARE =
            method(1, new Queue.Declare(CONSUMED, false, true, false, false, true, FieldTable.EMPTY));

    private static final List<Runnable> HELD = new CopyOnWriteArrayList<>();
    private static volatile boolean holding;
    private static KafkaNode kafka;
    private static AmqpLayer layer;
    private static int port;
    private com.rabbitmq.client.Connection other;
    private com.rabbitmq.client.Channel look;

    @BeforeAll
    static void start() throws Exception {
        kafka = KafkaNode.standalone(FreePorts.next(), FreePorts.next(), Files.createTempDirectory("ended-"));
        kafka.start();
        var logs = holdingBack(new KafkaLogs(Map.of("bootstrap.servers", kafka.bootstrap()), "pod-0", 1, 1));
        layer = new AmqpLayer(
                logs,
                "pod-0",
                new LinkSettings("127.0.0.1", 0, Map.of(), Optional.empty()),
                () -> ServerSettings.DEFAULTS);
        ThreePods.everything(layer.start());
        port = FreePorts.next();
        layer.listen("127.0.0.1", port);
    }

    @AfterAll
    static void stop() {
        layer.close();
        kafka.close();
    }

    @BeforeEach
    void look() throws Exception {
        var factory = new ConnectionFactory();
        factory.setPort(port);
        other = factory.newConnection();
        look = other.createChannel();
        look.queueDeclare(CONSUMED, true, false, false, Map.of());
        look.queueDeclare(PUBLISHED, true, false, false, Map.of());
        holding = true;
    }

    @AfterEach
    void release() throws Exception {
        holding = false;
        HELD.forEach(Runnable::run);
        HELD.clear();
        other.close();
    }

    /** The log as it is, but that it tells of appends only when it is let. */
    private static Logs holdingBack(Logs logs) {
        var messages = logs.messages();
        var held = like(MessageLog.class, messages, (method, arguments) -> {
            if (method.equals("append") && holding) {
                var listener = (MessageLog.AppendListener) arguments[3];
                arguments[3] = (MessageLog.AppendListener)
                        (offset, failure) -> HELD.add(() -> listener.appended(offset, failure));
            }
        });
        return (Logs) Proxy.newProxyInstance(
                Logs.class.getClassLoader(),
                new Class<?>[] {Logs.class},
                (self, method, arguments) ->
                        method.getName().equals("messages") ? held : call(logs, method, arguments));
    }

    private interface Before {
        void call(String method, Object[] arguments);
    }

    private static <T> T like(Class<T> type, T real, Before before) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    before.call(method.getName(), arguments);
                    return call(real, method, arguments);
                }));
    }

    private static Object call(Object real, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    // --- a client that waits for nothing ---

    private static Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        var header = Unpooled.buffer();
        Frame.writeProtocolHeader(header);
        send(
                socket,
                header,
                method(0, new Connection.StartOk(FieldTable.EMPTY, "PLAIN", LongString.of("\0guest\0guest"), "en_US")),
                method(0, new Connection.TuneOk(100, FRAME_MAX_BYTES, 0)),
                method(0, new Connection.Open("/")),
                method(1, new Channel.Open()),
                method(1, new Basic.Consume(CONSUMED, "c", false, false, false, false, FieldTable.EMPTY)));
        hear(socket, Basic.ConsumeOk.class);
        return socket;
    }

    private static void send(Socket socket, ByteBuf... frames) throws IOException {
        socket.getOutputStream().write(ByteBufUtil.getBytes(Unpooled.wrappedBuffer(frames)));
    }

    private static ByteBuf method(int channel, Method method) {
        var out = Unpooled.buffer();
        FrameEncoder.method(out, channel, method);
        return out;
    }

    private static ByteBuf publish(String exchange, String key) {
        var out = Unpooled.buffer();
        FrameEncoder.content(
                out,
                1,
                new Basic.Publish(exchange, key, false, false),
                BasicProperties.EMPTY.encode(),
                Unpooled.wrappedBuffer(new byte[1]),
                FRAME_MAX_BYTES);
        return out;
    }

    /** Reads until such a method comes. */
    private static void hear(Socket socket, Class<? extends Method> wanted) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        while (true) {
            int type = in.readUnsignedByte();
            in.readUnsignedShort();
            var payload = in.readNBytes(in.readInt());
            in.readUnsignedByte();
            if (type == Frame.METHOD && wanted.isInstance(Method.read(Unpooled.wrappedBuffer(payload)))) {
                return;
            }
        }
    }

    private int consumers() throws IOException {
        return look.queueDeclarePassive(CONSUMED).getConsumerCount();
    }

    private void awaitHeld(int count) {
        await().atMost(PATIENCE).until(() -> HELD.size() == count);
    }

    // ---

    private void awaitNoConsumer() {
        await().atMost(PATIENCE).until(() -> consumers() == 0);
    }

    @Test
    void aConsumerEndsWithTheSocketThoughItsConnectionWaitsForPublishes() throws Exception {
        try (var socket = connect()) {
            send(socket, publish("", PUBLISHED), CLOSE);
            awaitHeld(1);
            assertThat(consumers()).isEqualTo(1);
        }

        awaitNoConsumer();
    }

    /** The queue is there only when its client is gone. */
    @Test
    void anExclusiveQueueGoesThoughItsConnectionEndedBeforeItWasDeclared() throws Exception {
        for (int i = 0; i < EXCLUSIVE; i++) {
            try (var socket = connect()) {
                send(
                        socket,
                        method(1, new Queue.Declare("mine-" + i, false, false, true, false, false, FieldTable.EMPTY)));
            }
        }

        for (int i = 0; i < EXCLUSIVE; i++) {
            var name = "mine-" + i;
            await(name).atMost(PATIENCE).until(() -> isMine(name));
        }
    }

    /** All of it would lie in the broker's memory. */
    @Test
    void aClientThatDoesNotReadIsSentNothingOfAQueueItConsumesFromLaterEither() throws Exception {
        holding = false;
        look.confirmSelect();
        look.queueDeclare("first", true, false, false, Map.of());
        look.queueDeclare("second", true, false, false, Map.of());
        fill("first", 5_000);
        fill("second", 50);
        try (var socket = connect()) {
            send(socket, method(1, new Basic.Consume("first", "1", false, true, false, false, FieldTable.EMPTY)));
            var before = new AtomicLong(-1);
            await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> {
                long now = look.messageCount("first");
                return now < 5_000 && before.getAndSet(now) == now;
            });
            assertThat(before).as("void: all of it was sent").hasPositiveValue();

            send(
                    socket,
                    method(1, new Basic.Consume("second", "2", false, true, false, false, FieldTable.EMPTY)),
                    method(2, new Channel.Open()),
                    method(2, new Basic.Consume("second", "3", false, true, false, false, FieldTable.EMPTY)));
            await().atMost(PATIENCE).until(() -> look.consumerCount("second") == 2);

            assertThat(look.messageCount("second")).isEqualTo(50);
        }
    }

    private void fill(String queue, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            look.basicPublish("", queue, null, new byte[FRAME_MAX_BYTES]);
        }
        look.waitForConfirmsOrDie(PATIENCE.toMillis());
    }

    private boolean isMine(String queue) throws Exception {
        try (var channel = other.createChannel()) {
            channel.queueDeclare(queue, false, true, false, Map.of());
            return true;
        } catch (IOException e) {
            assertThat(e).hasStackTraceContaining("RESOURCE_LOCKED");
            return false;
        } catch (TimeoutException | AlreadyClosedException e) {
            return false;
        }
    }

    /** A publish that was refused never left, and no answer to it would ever come. */
    @Test
    void anErrorOfAMethodThatWaitedEndsAChannelWhoseConnectionIsBeingClosed() throws Exception {
        try (var socket = connect()) {
            send(socket, publish("", PUBLISHED), DECLARE, publish("no such exchange", ""), CLOSE);
            awaitHeld(1);
            HELD.removeFirst().run();

            hear(socket, Connection.CloseOk.class);
        }
        awaitNoConsumer();
    }

    @Test
    void whatWasPublishedBehindAMethodThatWaitsArrivesBeforeTheConnectionIsClosed() throws Exception {
        try (var socket = connect()) {
            send(socket, DECLARE, publish("", CONSUMED), CLOSE);
            awaitHeld(1);
            HELD.removeFirst().run();

            hear(socket, Connection.CloseOk.class);
        }
        await().atMost(PATIENCE).until(() -> look.queueDeclarePassive(CONSUMED).getMessageCount() == 1);
        look.queuePurge(CONSUMED);
    }
}
