package io.millrace.broker.cluster;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What pods tell each other of themselves, in words that those who ask and those who answer have agreed on. Any thread. */
public final class Inquiries {
    private static final Logger LOG = LoggerFactory.getLogger(Inquiries.class);
    private static final long PATIENCE_MS = 2_000;

    /** Characters; more might not fit through a link, with those that take several bytes. */
    private static final int WORDS_AT_MOST = 15 << 20;

    private static final String NOTHING = "";

    /** Answers for this pod; must not block. */
    public interface Teller {
        CompletionStage<String> tell(String question);
    }

    private final String self;
    private final Set<String> peers;
    private final Links links;
    private volatile Teller teller = _ -> CompletableFuture.completedFuture(NOTHING);

    Inquiries(String self, Set<String> peers, Links links) {
        this.self = self;
        this.peers = peers.stream().filter(pod -> !pod.equals(self)).collect(Collectors.toUnmodifiableSet());
        this.links = links;
    }

    /** Who answers from now on; before that nothing is told. */
    public void answerBy(Teller answering) {
        teller = answering;
    }

    /** What this pod tells; nothing if that would be too much for a link. */
    CompletionStage<String> here(String question) {
        return teller.tell(question).handle((words, failure) -> {
            if (failure != null) {
                LOG.warn("an inquiry is not answered", failure);
                return NOTHING;
            }
            return words.length() > WORDS_AT_MOST ? tooMuch(words) : words;
        });
    }

    /** Asks all pods. Those that tell nothing within two seconds have an empty answer. */
    public CompletionStage<Map<String, Optional<String>>> askAll(String question) {
        var answers = new ConcurrentHashMap<String, Optional<String>>();
        var waits = Stream.concat(Stream.of(self), peers.stream())
                .map(pod -> ask(pod, question).thenAccept(words -> answers.put(pod, words)))
                .map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(waits).thenApply(done -> Map.copyOf(answers));
    }

    /** Asks one pod; the answer is empty if it tells nothing within two seconds. */
    public CompletionStage<Optional<String>> ask(String pod, String question) {
        if (pod.equals(self)) {
            return here(question).thenApply(Inquiries::unlessEmpty);
        }
        if (!peers.contains(pod)) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        var told = new CompletableFuture<Optional<String>>();
        long request = links.inquire(
                pod,
                question,
                answer -> told.complete(
                        answer instanceof LinkMessage.Told(var of, var words) ? unlessEmpty(words) : Optional.empty()));
        return told.completeOnTimeout(Optional.empty(), PATIENCE_MS, TimeUnit.MILLISECONDS)
                .whenComplete((words, failure) -> links.forget(request));
    }

    private static String tooMuch(String words) {
        LOG.warn("an inquiry is not answered: {} characters are too many", words.length());
        return NOTHING;
    }

    private static Optional<String> unlessEmpty(String words) {
        return words.isEmpty() ? Optional.empty() : Optional.of(words);
    }
}
