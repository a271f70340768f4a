package io.millrace.broker.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One HTTP connection: a request is read when the one before it has been answered. */
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    /** What RabbitMQ's own tools send with it. */
    private static final String REASON = "X-Reason";

    private final Router router;
    private boolean busy;

    RequestHandler(Router router) {
        this.router = router;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.read();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            answer(
                    ctx,
                    request.method(),
                    Shown.of(Refusal.badRequest("not HTTP/1.1").answer()));
            ctx.close();
            return;
        }
        busy = true;
        var method = request.method();
        router.answer(read(request, peer(ctx)))
                .thenApply(Shown::of) // where the answer was made: a list's text is long
                .exceptionally(failure -> Shown.of(broken(failure)))
                .thenAccept(shown -> ctx.executor().execute(() -> {
                    busy = false;
                    answer(ctx, method, shown);
                    ctx.read();
                }));
    }

    /** The rest of a request that was refused because of its size is read too, though it never comes here. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!busy) {
            ctx.read();
        }
    }

    private static String peer(ChannelHandlerContext ctx) {
        return ctx.channel().remoteAddress().toString().replace("/", "");
    }

    private static Router.Request read(FullHttpRequest request, String peer) {
        var uri = new QueryStringDecoder(request.uri());
        return new Router.Request(
                request.method().name(),
                uri.rawPath(),
                uri.parameters(),
                request.headers().get(HttpHeaderNames.AUTHORIZATION, ""),
                request.headers().get(REASON, ""),
                ByteBufUtil.getBytes(request.content()),
                peer);
    }

    private static Answer broken(Throwable failure) {
        LOG.error("management API: a bug", failure);
        return Answer.error(500, "Internal Server Error", "an internal error");
    }

    /** An answer and its text. */
    private record Shown(Answer answer, byte[] body) {
        static Shown of(Answer answer) {
            return new Shown(
                    answer,
                    answer.body() == null
                            ? new byte[0]
                            : answer.body().toString().getBytes(UTF_8));
        }
    }

    private static void answer(ChannelHandlerContext ctx, HttpMethod method, Shown shown) {
        var answer = shown.answer();
        var body = shown.body();
        boolean isHead = HttpMethod.HEAD.equals(method);
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                isHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
        var headers = response.headers();
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-cache");
        if (answer.status() != HttpResponseStatus.NO_CONTENT.code()) {
            HttpUtil.setContentLength(response, body.length);
        }
        if (answer.body() != null) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
        }
        if (answer.location() != null) {
            headers.set(HttpHeaderNames.LOCATION, answer.location());
        }
        if (answer.status() == HttpResponseStatus.UNAUTHORIZED.code()) {
            headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Basic realm=\"Millrace Management\"");
        }
        ctx.writeAndFlush(response);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, @Nullable Object event) {
        if (event instanceof IdleStateEvent) {
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // Whoever speaks no TLS where it is spoken, or breaks it off, is no trouble of ours.
        if (cause instanceof IOException || cause.getCause() instanceof IOException) {
            LOG.debug("management API: {}", cause.toString());
        } else {
            LOG.warn("management API: connection closed", cause);
        }
        ctx.close();
    }
}
