package io.millrace.broker.management;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How a list is asked for (RabbitMQ, HTTP API: Pagination): {@code page} and {@code page_size} choose some of those whose names match {@code name}, with
 * {@code use_regex} if so; {@code sort}, {@code sort_reverse} and {@code columns} hold for whole lists, too. Dots lead into fields.
 *
 * @param page counts from 1; 0 for the whole list
 * @param name what a name must match
 * @param sort fields to sort by; by the list's own order if there are none
 * @param columns the fields wanted; all if there are none
 */
record Listing(int page, int pageSize, Predicate<String> name, List<String> sort, boolean reverse, Columns columns) {
    private static final int USUAL_PAGE_SIZE = 100;
    private static final int LARGEST_PAGE = 500;

    /** Some of a list, and how many there would be. */
    record Page<T>(List<T> items, int filtered, int total) {}

    /** What elements are chosen by. */
    interface Known<T> {
        String name(T element);

        /** How a field of an element is found; what it has not is {@link com.fasterxml.jackson.databind.node.MissingNode}. */
        Function<T, JsonNode> field(String path);
    }

    static Listing of(Map<String, List<String>> query) {
        boolean isPaged = query.containsKey("page");
        return new Listing(
                isPaged ? number(query, "page", 0, Integer.MAX_VALUE) : 0,
                number(query, "page_size", USUAL_PAGE_SIZE, LARGEST_PAGE),
                isPaged ? names(query) : _ -> true,
                fields(query, "sort"),
                isTrue(query, "sort_reverse"),
                Columns.of(fields(query, "columns")));
    }

    private static String text(Map<String, List<String>> query, String key) {
        return query.getOrDefault(key, List.of("")).getFirst();
    }

    private static boolean isTrue(Map<String, List<String>> query, String key) {
        return text(query, key).equals("true");
    }

    private static List<String> fields(Map<String, List<String>> query, String key) {
        return Stream.of(text(query, key).split(","))
                .filter(field -> !field.isEmpty())
                .toList();
    }

    private static int number(Map<String, List<String>> query, String key, int otherwise, int most) {
        var value = query.containsKey(key) ? text(query, key) : String.valueOf(otherwise);
        try {
            int number = Integer.parseInt(value);
            if (number > 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw Refusal.badRequest("Pagination parameters are invalid: %s '%s' is no number".formatted(key, value));
        }
        throw new Refusal(
                400,
                "invalid_pagination_parameters",
                "Invalid pagination parameters: %s %s, and it may be 1 to %d".formatted(key, value, most));
    }

    /** A part of the name, or an expression that matches somewhere in it; in whatever case. */
    private static Predicate<String> names(Map<String, List<String>> query) {
        var wanted = text(query, "name");
        if (!isTrue(query, "use_regex")) {
            var part = wanted.toLowerCase(Locale.ROOT);
            return name -> name.toLowerCase(Locale.ROOT).contains(part);
        }
        try {
            return Pattern.compile(wanted, Pattern.CASE_INSENSITIVE).asPredicate();
        } catch (PatternSyntaxException e) {
            throw Refusal.badRequest("name is no regular expression: " + e.getDescription());
        }
    }

    /** Whether a page can be chosen by what is known of these fields and what is inside of them, before anything else is asked for or made. */
    boolean isChosenBy(Set<String> fields) {
        return page > 0 && sort.stream().allMatch(field -> fields.contains(outermost(field)));
    }

    private static String outermost(String field) {
        int dot = field.indexOf('.');
        return dot < 0 ? field : field.substring(0, dot);
    }

    /** An answer as it is wanted: a list, or of one thing the columns. What is a page already stays as it is. */
    Answer applied(Answer answer) {
        return switch (answer.body()) {
            case ArrayNode list -> answer(list);
            case ObjectNode one when page == 0 -> new Answer(answer.status(), columns.of(one), answer.location());
            case null, default -> answer;
        };
    }

    private Answer answer(ArrayNode list) {
        var elements = new ArrayList<ObjectNode>(list.size());
        list.forEach(element -> elements.add((ObjectNode) element));
        return answer(choose(elements, Function.identity()));
    }

    /** What a list is sorted by is looked up once for each element, not at each comparison. */
    private record Keyed<E>(E element, List<JsonNode> keys) {}

    /** Filters, sorts and cuts; {@code known} makes the JSON of what is sorted by, and of the name. */
    <T> Page<T> choose(List<T> elements, Function<T, ObjectNode> known) {
        return choose(elements, new Known<T>() {
            @Override
            public String name(T element) {
                return known.apply(element).path("name").asText();
            }

            @Override
            public Function<T, JsonNode> field(String path) {
                var place = JsonPointer.compile("/" + path.replace('.', '/'));
                return element -> known.apply(element).at(place);
            }
        });
    }

    /** Filters, sorts and cuts. Each field that is sorted by is asked for once of each element whose name matches. */
    <T> Page<T> choose(List<T> elements, Known<T> known) {
        var fields = sort.stream().map(known::field).toList();
        var found = new ArrayList<Keyed<T>>();
        for (var element : elements) {
            if (name.test(known.name(element))) {
                found.add(new Keyed<>(
                        element,
                        fields.stream().map(field -> field.apply(element)).toList()));
            }
        }
        if (!sort.isEmpty()) {
            found.sort(order());
        }
        if (reverse) {
            Collections.reverse(found);
        }
        var shown = (page == 0 ? found : cut(found)).stream().map(Keyed::element);
        return new Page<>(shown.toList(), found.size(), elements.size());
    }

    private <T> List<T> cut(List<T> found) {
        long from = (page - 1L) * pageSize;
        if (from > found.size()) {
            throw new Refusal(
                    400,
                    "page_out_of_range",
                    "Page out of range, page: %d page size: %d, len: %d".formatted(page, pageSize, found.size()));
        }
        return found.subList((int) from, (int) Math.min(found.size(), from + pageSize));
    }

    private Comparator<Keyed<?>> order() {
        return IntStream.range(0, sort.size())
                .mapToObj(i -> Comparator.comparing((Keyed<?> one) -> one.keys().get(i), Listing::compare))
                .reduce(Comparator::thenComparing)
                .orElseThrow();
    }

    /** What is not there comes first, then numbers, then everything else by its text. */
    private static int compare(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return Double.compare(one.asDouble(), other.asDouble());
        }
        int byKind = Integer.compare(kind(one), kind(other));
        return byKind == 0 ? one.asText().compareTo(other.asText()) : byKind;
    }

    private static int kind(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? 0 : value.isNumber() ? 1 : 2;
    }

    /** A page with its counts, or the bare list when no page was asked for. */
    Answer answer(Page<ObjectNode> chosen) {
        var items = Shapes.array(chosen.items().stream().map(columns::of));
        if (page == 0) {
            return Answer.ok(items);
        }
        var shape = Shapes.object()
                .put("filtered_count", chosen.filtered())
                .put("item_count", items.size())
                .put("page", page)
                .put("page_count", (chosen.filtered() + pageSize - 1) / pageSize)
                .put("page_size", pageSize)
                .put("total_count", chosen.total());
        shape.set("items", items);
        return Answer.ok(shape);
    }

    /**
     * Fields of elements.
     *
     * @param wanted names with what is wanted of their inside; everything if it is empty
     */
    record Columns(Map<String, Columns> wanted) {
        private static final Columns ALL = new Columns(Map.of());

        static Columns of(List<String> paths) {
            if (paths.isEmpty()) {
                return ALL;
            }
            var below = new LinkedHashMap<String, List<String>>();
            for (var path : paths) {
                int dot = path.indexOf('.');
                var inside = below.computeIfAbsent(dot < 0 ? path : path.substring(0, dot), _ -> new ArrayList<>());
                if (dot >= 0) {
                    inside.add(path.substring(dot + 1));
                }
            }
            var wanted = new LinkedHashMap<String, Columns>();
            below.forEach((field, inside) -> wanted.put(field, of(inside)));
            return new Columns(wanted);
        }

        ObjectNode of(ObjectNode shape) {
            if (wanted.isEmpty()) {
                return shape;
            }
            var some = Shapes.object();
            wanted.forEach((field, inside) -> {
                var value = shape.get(field);
                if (value != null) {
                    some.set(field, value instanceof ObjectNode object ? inside.of(object) : value);
                }
            });
            return some;
        }
    }
}
