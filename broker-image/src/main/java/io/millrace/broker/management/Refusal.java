package io.millrace.broker.management;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.ReplyCode;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/** Why a request is not carried out, as RabbitMQ says it: a status, a word for programs and a reason for people. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;

    Refusal(int status, String error, String reason) {
        super(reason, null, false, false);
        this.status = status;
        this.error = error;
    }

    static Refusal badRequest(String reason) {
        return new Refusal(400, "bad_request", reason);
    }

    static Refusal notAuthorized(String reason) {
        return new Refusal(401, "not_authorized", reason);
    }

    static Refusal notFound() {
        return new Refusal(404, "Object Not Found", "Not Found");
    }

    /** A thing cannot be put into a virtual host that is not there. */
    static Refusal noVirtualHost() {
        return new Refusal(404, "not_found", "vhost_not_found");
    }

    static Refusal methodNotAllowed() {
        return new Refusal(405, "Method Not Allowed", "Method Not Allowed");
    }

    static Refusal tooMany(String reason) {
        return new Refusal(429, "too_many_requests", reason);
    }

    static Refusal unavailable(String reason) {
        return new Refusal(503, "unavailable", reason);
    }

    int status() {
        return status;
    }

    Answer answer() {
        return Answer.error(status, error, String.valueOf(getMessage()));
    }

    /** What a failure of a handler means to the client; a bug stays what it is. */
    static RuntimeException of(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
            case Refusal refusal -> refusal;
            case AmqpError error -> of(error);
            case IllegalArgumentException invalid -> badRequest(String.valueOf(invalid.getMessage()));
            case TimeoutException late -> unavailable("no answer from the cluster in time");
            case RuntimeException bug -> bug;
            default -> new IllegalStateException(failure);
        };
    }

    /** A refusal in AMQP's words: missing things are 404, missing rights 401, everything else is the request's fault. */
    private static Refusal of(AmqpError error) {
        return switch (error.replyCode()) {
            case ReplyCode.NOT_FOUND -> notFound();
            case ReplyCode.ACCESS_REFUSED -> notAuthorized(error.explanation());
            case ReplyCode.INTERNAL_ERROR -> unavailable(error.explanation());
            default -> badRequest(error.explanation());
        };
    }
}
