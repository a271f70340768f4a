package io.millrace.broker.management;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The management API as an OpenAPI 3.1 document, made of the table in docs/management-api.md and of what a broker answered. */
final class OpenApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ROW =
            Pattern.compile("^\\| (GET|PUT|POST|DELETE) \\| `([^`]+)` \\| (\\w+) \\| (.*) \\|$", Pattern.MULTILINE);
    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");
    private static final Pattern QUERY = Pattern.compile("`\\?([a-z_-]+)=");
    private static final Map<String, String> OF_LISTS = Map.of(
            "sort", "fields to sort by, separated by commas; dots lead into fields",
            "sort_reverse", "true: the other way round",
            "page", "counts from 1; without it the whole list is answered",
            "page_size", "1 to 500; 100 without it",
            "name", "what the names of a page's elements contain, in whatever case",
            "use_regex", "true: name is a regular expression");

    private OpenApi() {}

    /** One line of the table. */
    record Row(String method, String path, String who, String what) {}

    static List<Row> table() throws IOException {
        return ROW.matcher(Files.readString(Path.of("..", "docs", "management-api.md")))
                .results()
                .map(row -> new Row(row.group(1), row.group(2), row.group(3), row.group(4)))
                .toList();
    }

    /**
     * The document.
     *
     * @param lists paths whose GET answers a list
     */
    static String document(List<Row> table, Set<String> lists) {
        var document = JSON.createObjectNode().put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Millrace management API")
                .put("version", "1")
                .put("description", "RabbitMQ's HTTP API as Millrace has it; docs/management-api.md tells more.");
        document.putArray("servers").addObject().put("url", "http://localhost:15672");
        document.putArray("security").addObject().putArray("basic");
        var paths = document.putObject("paths");
        table.forEach(row -> operation(
                paths.withObjectProperty(row.path()), row, row.method().equals("GET") && lists.contains(row.path())));
        components(document.putObject("components"));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void operation(ObjectNode path, Row row, boolean isList) {
        var operation = path.putObject(row.method().toLowerCase(Locale.ROOT))
                .put("summary", row.what())
                .put("description", "For users with the tag or right: " + row.who());
        operation.putArray("tags").add(row.path().split("/", -1)[2]);
        var parameters = operation.putArray("parameters");
        PARAMETER.matcher(row.path()).results().map(part -> part.group(1)).forEach(name -> parameters
                .addObject()
                .put("name", name)
                .put("in", "path")
                .put("required", true)
                .putObject("schema")
                .put("type", "string"));
        QUERY.matcher(row.what()).results().map(part -> part.group(1)).forEach(name -> parameters
                .addObject()
                .put("name", name)
                .put("in", "query")
                .putObject("schema")
                .put("type", "string"));
        if (row.method().equals("GET")) {
            parameters.addObject().put("$ref", "#/components/parameters/columns");
        }
        if (isList) {
            new TreeMap<>(OF_LISTS)
                    .keySet()
                    .forEach(name -> parameters.addObject().put("$ref", "#/components/parameters/" + name));
        }
        if (row.method().startsWith("P")) {
            content(operation.putObject("requestBody"), "object");
        }
        var responses = operation.putObject("responses");
        switch (row.method()) {
            case "GET" ->
                content(
                        responses.putObject("200").put("description", "what was asked for"),
                        isList ? "array" : "object");
            case "DELETE" -> responses.putObject("204").put("description", "it is gone");
            default -> responses.putObject("2XX").put("description", "done");
        }
        responses.putObject("default").put("$ref", "#/components/responses/refused");
    }

    private static void content(ObjectNode where, String type) {
        where.putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .put("type", type);
    }

    private static void components(ObjectNode components) {
        components
                .putObject("securitySchemes")
                .putObject("basic")
                .put("type", "http")
                .put("scheme", "basic");
        var parameters = components.putObject("parameters");
        query(parameters, "columns", "fields wanted, separated by commas; dots lead into fields");
        new TreeMap<>(OF_LISTS).forEach((name, what) -> query(parameters, name, what));
        var refused = components.putObject("responses").putObject("refused");
        refused.put("description", "why it was not done")
                .putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .put("type", "object")
                .putObject("properties")
                .setAll(new TreeMap<>(Map.of("error", text(), "reason", text())));
    }

    private static ObjectNode text() {
        return JSON.createObjectNode().put("type", "string");
    }

    private static void query(ObjectNode parameters, String name, String what) {
        parameters
                .putObject(name)
                .put("name", name)
                .put("in", "query")
                .put("description", what)
                .putObject("schema")
                .put("type", "string");
    }
}
