package io.millrace.broker.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered with.
 *
 * @param location where the new thing is, relative to the request's path; absent if nothing was made
 */
record Answer(int status, @Nullable JsonNode body, @Nullable String location) {
    static Answer ok(JsonNode body) {
        return new Answer(200, body, null);
    }

    static Answer created() {
        return new Answer(201, null, null);
    }

    static Answer created(String location) {
        return new Answer(201, null, location);
    }

    static Answer noContent() {
        return new Answer(204, null, null);
    }

    /** 201 for what is new, 204 for what was there. */
    static Answer put(boolean isNew) {
        return isNew ? created() : noContent();
    }

    static Answer error(int status, String error, String reason) {
        var body = JsonNodeFactory.instance.objectNode().put("error", error).put("reason", reason);
        return new Answer(status, body, null);
    }
}
