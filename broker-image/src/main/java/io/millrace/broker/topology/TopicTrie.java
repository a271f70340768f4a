package io.millrace.broker.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Patterns of a topic exchange (AMQP 0-9-1 §3.1.3.3), a node per word: {@code *} stands for one word, {@code #} for any
 * number of words. Matching keeps the set of nodes that are alive after each word, so its cost is bounded by words × nodes
 * whatever the patterns. Immutable.
 */
final class TopicTrie {
    static final TopicTrie EMPTY = new TopicTrie(HashTreePMap.empty(), null, false);

    private static final String ONE_WORD = "*";
    private static final String ANY_WORDS = "#";

    private final PMap<String, TopicTrie> children;
    private final @Nullable String pattern;
    private final boolean anyWords;

    private TopicTrie(PMap<String, TopicTrie> children, @Nullable String pattern, boolean anyWords) {
        this.children = children;
        this.pattern = pattern;
        this.anyWords = anyWords;
    }

    TopicTrie with(String added) {
        return with(words(added), 0, added);
    }

    private TopicTrie with(List<String> words, int at, String added) {
        if (at == words.size()) {
            return new TopicTrie(children, added, anyWords);
        }
        var word = words.get(at);
        var child = children.get(word);
        if (child == null) {
            child = new TopicTrie(HashTreePMap.empty(), null, word.equals(ANY_WORDS));
        }
        return new TopicTrie(children.plus(word, child.with(words, at + 1, added)), pattern, anyWords);
    }

    TopicTrie without(String removed) {
        return without(words(removed), 0);
    }

    private TopicTrie without(List<String> words, int at) {
        if (at == words.size()) {
            return new TopicTrie(children, null, anyWords);
        }
        var word = words.get(at);
        var child = children.get(word);
        if (child == null) {
            return this;
        }
        var rest = child.without(words, at + 1);
        var others = rest.pattern == null && rest.children.isEmpty() ? children.minus(word) : children.plus(word, rest);
        return new TopicTrie(others, pattern, anyWords);
    }

    /** Tells each pattern that fits, once. */
    void match(String routingKey, Consumer<String> found) {
        var alive = new ArrayList<TopicTrie>();
        enter(this, alive);
        for (var word : words(routingKey)) {
            var next = new ArrayList<TopicTrie>();
            for (var node : alive) {
                if (node.anyWords) {
                    enter(node, next);
                }
                enter(node.children.get(word), next);
                enter(node.children.get(ONE_WORD), next);
            }
            alive = next;
        }
        for (var node : alive) {
            if (node.pattern != null) {
                found.accept(node.pattern);
            }
        }
    }

    /** A node is alive together with the {@code #} behind it, which may stand for no word at all. */
    private static void enter(@Nullable TopicTrie node, List<TopicTrie> alive) {
        if (node != null && alive.stream().noneMatch(other -> other == node)) {
            alive.add(node);
            enter(node.children.get(ANY_WORDS), alive);
        }
    }

    /** The empty key has no words; otherwise there is one more word than dots. */
    static List<String> words(String key) {
        var words = new ArrayList<String>();
        if (key.isEmpty()) {
            return words;
        }
        var start = 0;
        for (var dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', start)) {
            words.add(key.substring(start, dot));
            start = dot + 1;
        }
        words.add(key.substring(start));
        return words;
    }
}
