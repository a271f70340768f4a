package io.millrace.broker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TopicTrieTest {
    @Example
    void wordsAndWildcards() {
        assertThat(matches("a.b.c", "a.b.c", "a.*.c", "*.*.*", "#", "a.#", "#.c", "a.#.c", "a.b.c.#", "#.b.#"))
                .hasSize(9);
        assertThat(matches("a.b.c", "a.b", "a.b.c.d", "*", "*.*", "a.*", "b.#", "", "a..c", "#.a"))
                .isEmpty();
    }

    @Example
    void theEmptyKeyHasNoWordAndAnEmptyWordIsAWord() {
        assertThat(matches("", "", "#", "#.#")).hasSize(3);
        assertThat(matches("", "*", "*.#", ".")).isEmpty();
        assertThat(matches(".", "*.*", "#", ".", "*.")).hasSize(4);
        assertThat(matches("a.", "a", "a.*")).containsExactly("a.*");
    }

    @Example
    void manyManyWordsWildcardsCostNoMoreThanWordsTimesNodes() {
        var pattern = "#.a.".repeat(60) + "#";
        var key = "a.".repeat(100) + "b";

        assertThat(matches(key, pattern)).containsExactly(pattern);
    }

    @Property(tries = 2000)
    void theTrieAgreesWithAPlainMatcher(@ForAll("patterns") Set<String> patterns, @ForAll("keys") String key) {
        var expected = patterns.stream()
                .filter(pattern -> plain(TopicTrie.words(pattern), TopicTrie.words(key)))
                .toList();

        assertThat(matches(key, patterns.toArray(String[]::new))).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Property
    void whatIsTakenOutMatchesNoMore(
            @ForAll("patterns") Set<String> kept, @ForAll("patterns") Set<String> removed, @ForAll("keys") String key) {
        var trie = TopicTrie.EMPTY;
        for (var pattern : removed) {
            trie = trie.with(pattern);
        }
        for (var pattern : kept) {
            trie = trie.with(pattern);
        }
        for (var pattern : removed) {
            trie = kept.contains(pattern) ? trie : trie.without(pattern);
        }
        var found = new ArrayList<String>();
        trie.match(key, found::add);

        assertThat(found).containsExactlyInAnyOrderElementsOf(matches(key, kept.toArray(String[]::new)));
    }

    @Provide
    Arbitrary<Set<String>> patterns() {
        return words("a", "b", "", "*", "#").set().ofMaxSize(8);
    }

    @Provide
    Arbitrary<String> keys() {
        return words("a", "b", "", "c");
    }

    private static Arbitrary<String> words(String... words) {
        return Arbitraries.of(words).list().ofMaxSize(5).map(list -> String.join(".", list));
    }

    private static List<String> matches(String key, String... patterns) {
        var trie = TopicTrie.EMPTY;
        for (var pattern : patterns) {
            trie = trie.with(pattern);
        }
        var found = new ArrayList<String>();
        trie.match(key, found::add);
        return found;
    }

    private static boolean plain(List<String> pattern, List<String> key) {
        if (pattern.isEmpty()) {
            return key.isEmpty();
        }
        var rest = pattern.subList(1, pattern.size());
        return switch (pattern.getFirst()) {
            case "#" -> plain(rest, key) || (!key.isEmpty() && plain(pattern, key.subList(1, key.size())));
            case "*" -> !key.isEmpty() && plain(rest, key.subList(1, key.size()));
            default ->
                !key.isEmpty() && key.getFirst().equals(pattern.getFirst()) && plain(rest, key.subList(1, key.size()));
        };
    }
}
