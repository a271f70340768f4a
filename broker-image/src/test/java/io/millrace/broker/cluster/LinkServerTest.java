package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.topology.QueueKind;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pod that has a new link before the end of its old one is seen. */
final class LinkServerTest {
    private static final String EDGE = "pod-1";
    private static final SessionId SESSION = new SessionId(EDGE, 1);

    private final SlotScene scene = new SlotScene();
    private final QueueHandle queue = scene.queue(QueueKind.MEMORY, FieldTable.EMPTY);
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final Links links = new Links(SlotScene.POD, LinkSettings.ALONE, List.of(), scene.table(), new NoPeers());
    private final LinkServer server = new LinkServer(
            new LinkSettings("127.0.0.1", 0, Map.of(), Optional.empty()),
            group,
            scene.table(),
            (command, homePod, outcome) -> outcome.notWriter(),
            new EdgeProgress("topology", 1),
            scene.attachments,
            new DirectReplies(SlotScene.POD, links),
            new Inquiries(SlotScene.POD, Set.of(), links));
    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private final EmbeddedChannel older = link();

    @BeforeEach
    void aConsumerIsThere() {
        scene.own();
        subscribe(older);
        assertThat(consumers()).isEqualTo(1);
    }

    @AfterEach
    void end() {
        channels.forEach(EmbeddedChannel::close);
        server.close();
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
        scene.close();
    }

    private EmbeddedChannel link() {
        var channel = silentLink();
        say(channel, new LinkMessage.Hello(EDGE));
        return channel;
    }

    private EmbeddedChannel silentLink() {
        var channel = new EmbeddedChannel();
        channel.freezeTime();
        channel.pipeline().addLast(server.edge(channel));
        channels.add(channel);
        return channel;
    }

    private void say(EmbeddedChannel link, LinkMessage message) {
        write(link, message);
        run();
    }

    private static void write(EmbeddedChannel link, LinkMessage message) {
        var payload = Unpooled.buffer();
        LinkCodec.write(new LinkBuffer(payload), message);
        link.writeInbound(payload);
    }

    private void run() {
        channels.forEach(EmbeddedChannel::runPendingTasks);
        scene.run();
    }

    private void subscribe(EmbeddedChannel link) {
        say(link, subscription());
    }

    private LinkMessage subscription() {
        var consumer = new Consumer(new ConsumerId(SESSION, "c"), 0, false, 0);
        return new LinkMessage.ToQueue(
                queue.definition().qid(),
                SlotScene.EPOCH,
                SESSION.number(),
                new QueueCommand.Subscribe(consumer, false));
    }

    private int consumers() {
        return Objects.requireNonNull(queue.owned()).machine().consumers().size();
    }

    private static List<Class<?>> heard(EmbeddedChannel link) {
        var heard = new ArrayList<Class<?>>();
        for (var message = link.readOutbound(); message != null; message = link.readOutbound()) {
            heard.add(message.getClass());
        }
        return heard;
    }

    private void close(EmbeddedChannel link) {
        link.close();
        run();
    }

    @Test
    void aConsumerThatComesAgainOverTheNewLinkOutlivesTheOldOne() {
        var newer = link();
        subscribe(newer);

        close(older);
        run();

        assertThat(consumers()).isEqualTo(1);
        assertThat(heard(newer)).containsExactly(LinkMessage.Subscribed.class);
    }

    @Test
    void aConsumerThatComesAgainWhileTheOldLinkEndsOutlivesItToo() {
        var newer = silentLink();
        scene.beforeNextTask = () -> {
            write(newer, new LinkMessage.Hello(EDGE));
            write(newer, subscription());
        };

        close(older);
        run();

        assertThat(consumers()).isEqualTo(1);
        assertThat(heard(newer)).containsExactly(LinkMessage.Subscribed.class);
    }

    @Test
    void whatWasLostWithTheOldLinkComesOverTheNewOne() {
        queue.enqueue(new Message("", "q", new byte[2], new byte[1], Message.NEVER, 0));
        run();
        assertThat(heard(older)).containsExactly(LinkMessage.Subscribed.class, LinkMessage.Delivery.class);
        var newer = link();
        subscribe(newer);

        close(older);
        run();

        assertThat(heard(newer)).containsExactly(LinkMessage.Subscribed.class, LinkMessage.Delivery.class);
    }

    /** As when the machine of the other pod, or the way to it, was gone for a moment. */
    @Test
    void aLinkOfWhichNoEndIsSeenEndsWhenItsPodHasANewOne() {
        var newer = link();
        subscribe(newer);
        assertThat(heard(newer)).isEmpty();

        older.advanceTimeBy(LinkServer.REPLACED_MS, TimeUnit.MILLISECONDS);
        older.runScheduledPendingTasks();
        run();

        assertThat(older.isOpen()).isFalse();
        assertThat(consumers()).isEqualTo(1);
        assertThat(heard(newer)).containsExactly(LinkMessage.Subscribed.class);
    }

    @Test
    void aThirdLinkWaitsForTheFirst() {
        var second = link();
        subscribe(second);
        var third = link();
        subscribe(third);

        close(second);
        run();
        assertThat(heard(third)).isEmpty();
        close(older);
        run();

        assertThat(consumers()).isEqualTo(1);
        assertThat(heard(third)).containsExactly(LinkMessage.Subscribed.class);
    }
}
