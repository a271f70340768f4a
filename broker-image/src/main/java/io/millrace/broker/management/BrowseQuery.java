package io.millrace.broker.management;

import io.millrace.broker.log.Browse;
import io.millrace.broker.log.Browse.Start;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which messages are asked for: one or more partitions; where to begin, by offset, time or one of its ends; how many messages, and how they are shown.
 *
 * @param partitions those asked for; all if there are none
 * @param asText whether what is UTF-8 is shown as text
 */
record BrowseQuery(Set<Integer> partitions, Start start, int count, int shownBytes, boolean asText) {
    static final int MESSAGES_AT_MOST = 500;
    static final int BYTES_AT_MOST = 1 << 20;
    private static final int USUAL_COUNT = 50;
    private static final int USUAL_BYTES = 64 << 10;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final Pattern PLACES = Pattern.compile("\\d{1,9}:\\d{1,18}(,\\d{1,9}:\\d{1,18})*");

    static BrowseQuery of(Map<String, List<String>> query) {
        var starts =
                Stream.of("offset", "time", "from").filter(query::containsKey).toList();
        if (starts.size() > 1) {
            throw Refusal.badRequest("only one of offset, time and from can be given: " + String.join(", ", starts));
        }
        var partitions = partitions(text(query, "partition").orElse(""));
        var start = starts.isEmpty() ? new Start.Latest() : start(starts.getFirst(), query, partitions);
        if (start instanceof Start.Offsets(var offsets)) {
            if (partitions.isEmpty()) {
                partitions = offsets.keySet();
            } else if (!partitions.equals(offsets.keySet())) {
                throw Refusal.badRequest("partition and offset name different partitions");
            }
        }
        return new BrowseQuery(
                partitions,
                start,
                number(query, "count", USUAL_COUNT, 1, MESSAGES_AT_MOST),
                number(query, "truncate", USUAL_BYTES, 0, BYTES_AT_MOST),
                isText(text(query, "encoding").orElse("auto")));
    }

    private static Optional<String> text(Map<String, List<String>> query, String key) {
        return query.getOrDefault(key, List.of()).stream().findFirst();
    }

    private static Set<Integer> partitions(String text) {
        var partitions = new TreeSet<Integer>();
        if (!text.isEmpty()) {
            for (var number : text.split(",", -1)) {
                if (!number.matches("\\d{1,9}")) {
                    throw Refusal.badRequest("partition is no number, nor several with commas: " + text);
                }
                partitions.add(Integer.parseInt(number));
            }
        }
        return partitions;
    }

    private static Start start(String kind, Map<String, List<String>> query, Set<Integer> partitions) {
        var text = text(query, kind).orElse("");
        return switch (kind) {
            case "offset" -> new Start.Offsets(offsets(text, partitions));
            case "time" -> new Start.Time(time(text));
            default ->
                switch (text) {
                    case "earliest" -> new Start.Earliest();
                    case "latest" -> new Start.Latest();
                    default -> throw Refusal.badRequest("from is neither earliest nor latest: " + text);
                };
        };
    }

    private static Map<Integer, Long> offsets(String text, Set<Integer> partitions) {
        var offsets = new HashMap<Integer, Long>();
        if (NUMBER.matcher(text).matches() && partitions.size() == 1) {
            offsets.put(partitions.iterator().next(), Long.parseLong(text));
        } else if (PLACES.matcher(text).matches()) {
            for (var place : text.split(",", -1)) {
                int colon = place.indexOf(':');
                offsets.put(Integer.parseInt(place.substring(0, colon)), Long.parseLong(place.substring(colon + 1)));
            }
        } else {
            throw Refusal.badRequest(
                    "offset is neither a number, with the partition it is of, nor a list like 0:17,1:4: " + text);
        }
        return offsets;
    }

    private static long time(String text) {
        if (NUMBER.matcher(text).matches()) {
            return Long.parseLong(text);
        }
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw Refusal.badRequest("time is neither like 2026-01-31T12:00:00Z nor milliseconds since 1970: " + text);
        }
    }

    private static int number(Map<String, List<String>> query, String key, int otherwise, int least, int most) {
        var text = text(query, key).orElse(String.valueOf(otherwise));
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // refused below
        }
        throw Refusal.badRequest("%s is not a number from %d to %d: %s".formatted(key, least, most, text));
    }

    private static boolean isText(String encoding) {
        return switch (encoding) {
            case "auto" -> true;
            case "base64" -> false;
            default -> throw Refusal.badRequest("encoding is neither auto nor base64: " + encoding);
        };
    }

    /**
     * What is to be read.
     *
     * @param readable partitions of the topic that have a leader, of those asked for
     */
    Browse of(String topic, Collection<Integer> readable) {
        return new Browse(topic, Set.copyOf(readable), start, Math.ceilDiv(count, readable.size()), shownBytes);
    }
}
