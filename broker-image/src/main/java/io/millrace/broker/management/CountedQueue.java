package io.millrace.broker.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.millrace.broker.cluster.QueueCount;
import io.millrace.broker.cluster.QueueFlow;
import io.millrace.broker.model.Meter;
import io.millrace.broker.topology.QueueDefinition;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** A queue, and how full it is if its owner has said so. */
record CountedQueue(QueueDefinition queue, Optional<QueueCount> count) {
    private static final String STATS = "message_stats";
    private static final String RATE = "_details.rate";

    private static final Map<String, ToLongFunction<QueueCount>> COUNTS = Map.of(
            "messages", count -> count.ready() + count.unacked(),
            "messages_ready", QueueCount::ready,
            "messages_unacknowledged", QueueCount::unacked,
            "consumers", QueueCount::consumers);

    private static final Map<String, Function<QueueFlow, Meter>> METERS = Map.of(
            "publish", QueueFlow::published,
            "deliver_get", QueueFlow::delivered,
            "redeliver", QueueFlow::redelivered,
            "ack", QueueFlow::acknowledged);

    /** The outermost of the fields below. */
    static final Set<String> FIELDS =
            Set.of("name", "vhost", "messages", "messages_ready", "messages_unacknowledged", "consumers", STATS);

    /** What {@link Shapes#queue} would show of a field, without all the rest: a page is chosen out of thousands. */
    static final Listing.Known<CountedQueue> BY_FIELDS = new Listing.Known<>() {
        @Override
        public String name(CountedQueue one) {
            return one.queue().name().value();
        }

        @Override
        public Function<CountedQueue, JsonNode> field(String path) {
            if (path.equals("name")) {
                return one -> TextNode.valueOf(name(one));
            }
            if (path.equals("vhost")) {
                return one -> TextNode.valueOf(one.queue().vhost().value());
            }
            var counted = counted(path);
            return one -> one.count().map(counted).orElseGet(MissingNode::getInstance);
        }
    };

    private static Function<QueueCount, JsonNode> counted(String path) {
        var number = COUNTS.get(path);
        if (number != null) {
            return count -> LongNode.valueOf(number.applyAsLong(count));
        }
        var inside = path.startsWith(STATS + ".") ? path.substring(STATS.length() + 1) : "";
        var isRate = inside.endsWith(RATE);
        var meter = METERS.get(isRate ? inside.substring(0, inside.length() - RATE.length()) : inside);
        if (meter == null) {
            return count -> MissingNode.getInstance();
        }
        return isRate
                ? count -> DoubleNode.valueOf(meter.apply(count.flow()).perSecond())
                : count -> LongNode.valueOf(meter.apply(count.flow()).count());
    }
}
