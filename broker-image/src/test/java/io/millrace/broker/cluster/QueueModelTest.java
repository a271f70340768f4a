package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.queue.Overflow;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueCommand.Outcome;
import io.millrace.broker.queue.QueueEffect;
import io.millrace.broker.queue.QueueRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories of a queue against a simple model of it. {@code -Dmodel.seed} and {@code -Dmodel.runs} choose the histories; a failure says its seed and the
 * shortest history that was found to show it.
 */
class QueueModelTest {
    private static final int STEPS = 250;
    private static final long FIRST = Long.getLong("model.seed", 1);
    private static final int RUNS = Integer.getInteger("model.runs", 1_000);
    private static final int RUNS_TO_FIND_HARM = 300;

    /** Neighbouring seeds would begin alike. */
    private static Random chance(long seed) {
        return new Random(seed * 0x9E37_79B9_7F4A_7C15L);
    }

    private static QueueRules rules(Random chance) {
        var rules = QueueRules.plain(true);
        if (chance.nextBoolean()) {
            rules = rules.withDeadLetters();
        }
        if (chance.nextInt(4) == 0) {
            rules = rules.withSingleActive();
        }
        if (chance.nextInt(3) == 0) {
            rules = rules.withMaxLength(3 + chance.nextInt(8)).withOverflow(Overflow.DROP_HEAD);
        }
        return chance.nextInt(3) == 0
                ? rules.withDeliveryLimit(chance.nextBoolean() ? QueueRules.NO_LIMIT : 1 + chance.nextInt(3))
                : rules;
    }

    /** What is wrong with a history, if anything. */
    private static Optional<String> wrong(long seed, List<QueueStep> steps, UnaryOperator<QueueWorld.Tested> harm) {
        var chance = chance(seed);
        var world = new QueueWorld(rules(chance), chance.nextBoolean(), harm);
        try {
            steps.forEach(world::step);
            world.finish();
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(String.valueOf(e));
        }
    }

    private static Optional<String> wrong(long seed, UnaryOperator<QueueWorld.Tested> harm) {
        return wrong(seed, QueueStep.sequence(seed, STEPS), harm);
    }

    /** Leaves out steps, many at once and then fewer, as long as something stays wrong. */
    private static List<QueueStep> shortest(long seed) {
        var steps = QueueStep.sequence(seed, STEPS);
        for (int size = STEPS / 2; size > 0; size /= 2) {
            for (int at = 0; at + size <= steps.size(); ) {
                var fewer = new ArrayList<>(steps);
                fewer.subList(at, at + size).clear();
                if (wrong(seed, fewer, whole -> whole).isPresent()) {
                    steps = fewer;
                } else {
                    at += size;
                }
            }
        }
        return steps;
    }

    private static String report(long seed) {
        var steps = shortest(seed);
        return "seed %d, %s: %s after %s"
                .formatted(
                        seed,
                        rules(chance(seed)),
                        wrong(seed, steps, whole -> whole).orElse("nothing"),
                        steps);
    }

    @Test
    void whateverHappensTheQueueDoesWhatItsModelAllows() {
        var failing = LongStream.range(FIRST, FIRST + RUNS)
                .filter(seed -> wrong(seed, whole -> whole).isPresent())
                .boxed()
                .limit(3)
                .map(QueueModelTest::report)
                .toList();

        assertThat(failing).isEmpty();
    }

    @Test
    void theSameSeedIsTheSameHistory() {
        assertThat(QueueStep.sequence(5, STEPS)).isEqualTo(QueueStep.sequence(5, STEPS));
    }

    // --- a checker that cannot fail proves nothing ---

    static Stream<Named<UnaryOperator<QueueWorld.Tested>>> harms() {
        return Stream.of(
                Named.of("a delivery is lost", effects(list -> removeOne(list, QueueEffect.Deliver.class))),
                Named.of("a delivery comes twice", effects(QueueModelTest::deliverTwice)),
                Named.of("two deliveries change places", effects(QueueModelTest::swap)),
                Named.of("a flag is forgotten", effects(QueueModelTest::forgetFlag)),
                Named.of("a dead letter is lost", effects(list -> removeOne(list, QueueEffect.DeadLetter.class))),
                Named.of("an ack is lost", commands(Outcome.ACK, null)),
                Named.of("a requeue settles", commands(Outcome.REQUEUE, Outcome.ACK)),
                Named.of("a reject returns", commands(Outcome.DEAD_LETTER, Outcome.REQUEUE)),
                Named.of("an answer to a get is lost", effects(list -> removeOne(list, QueueEffect.AnswerGet.class))),
                Named.of("a purge leaves one", effects(QueueModelTest::purgedOneLess)));
    }

    @ParameterizedTest
    @MethodSource("harms")
    void aQueueThatDoesHarmNowAndThenIsCaught(UnaryOperator<QueueWorld.Tested> harm) {
        var found = LongStream.range(0, RUNS_TO_FIND_HARM)
                .filter(seed -> wrong(seed, harm).isPresent())
                .findFirst();

        assertThat(found).isPresent();
    }

    private static UnaryOperator<QueueWorld.Tested> effects(UnaryOperator<List<QueueEffect>> change) {
        var chance = new Random(3);
        return whole -> (command, now) -> {
            var effects = whole.on(command, now);
            return chance.nextInt(4) == 0 ? change.apply(new ArrayList<>(effects)) : effects;
        };
    }

    private static UnaryOperator<QueueWorld.Tested> commands(Outcome of, @Nullable Outcome to) {
        var chance = new Random(3);
        return whole -> (command, now) -> {
            if (command instanceof QueueCommand.Settled(var session, var offsets, var outcome)
                    && outcome == of
                    && chance.nextInt(4) == 0) {
                return to == null ? List.of() : whole.on(new QueueCommand.Settled(session, offsets, to), now);
            }
            return whole.on(command, now);
        };
    }

    private static List<QueueEffect> removeOne(List<QueueEffect> effects, Class<? extends QueueEffect> kind) {
        effects.stream().filter(kind::isInstance).findFirst().ifPresent(effects::remove);
        return effects;
    }

    private static List<QueueEffect> deliverTwice(List<QueueEffect> effects) {
        effects.stream()
                .filter(QueueEffect.Deliver.class::isInstance)
                .findFirst()
                .ifPresent(effects::add);
        return effects;
    }

    private static List<QueueEffect> swap(List<QueueEffect> effects) {
        var places = new ArrayList<Integer>();
        for (int i = 0; i < effects.size(); i++) {
            if (effects.get(i) instanceof QueueEffect.Deliver) {
                places.add(i);
            }
        }
        if (places.size() > 1) {
            Collections.swap(effects, places.getFirst(), places.get(1));
        }
        return effects;
    }

    private static List<QueueEffect> forgetFlag(List<QueueEffect> effects) {
        effects.replaceAll(effect -> effect instanceof QueueEffect.Deliver one
                ? new QueueEffect.Deliver(one.consumer(), one.place(), one.message(), false, one.deliveryCount())
                : effect);
        return effects;
    }

    private static List<QueueEffect> purgedOneLess(List<QueueEffect> effects) {
        effects.replaceAll(effect -> effect instanceof QueueEffect.AnswerPurge one
                ? new QueueEffect.AnswerPurge(one.session(), one.requestId(), one.purged() - 1)
                : effect);
        return effects;
    }
}
