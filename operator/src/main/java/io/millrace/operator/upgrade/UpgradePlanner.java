package io.millrace.operator.upgrade;

import io.millrace.api.v1alpha1.FeatureChange;
import io.millrace.api.v1alpha1.UpgradeState;
import io.millrace.api.v1alpha1.UpgradeStatus;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.FeatureLevels;
import io.millrace.operator.intent.UpgradeIntent;
import io.millrace.operator.upgrade.UpgradeDecision.Phase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides which version may be run and when feature levels are made final. Brokers roll first: until levels are final, every
 * version that knows the old ones can be run, and that is the way back.
 */
public final class UpgradePlanner {

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration LATER = Duration.ofSeconds(30);

    /** What a status may hold. */
    private static final int LONGEST_MESSAGE = 1_000;

    private UpgradePlanner() {}

    /** Returns why the version that is asked for cannot be run in place of what runs; empty if it can, or nothing is known. */
    public static Optional<String> versionRefusal(BrokerClusterIntent intent, UpgradeFacts facts) {
        var release = intent.upgrade().release();
        var changes =
                facts.image().filter(image -> !image.equals(intent.image())).isPresent();
        if (release.isEmpty() || !changes) {
            return Optional.empty();
        }
        return facts.possibleLevels().flatMap(levels -> FeatureLevels.features().stream()
                .filter(feature ->
                        levels.getOrDefault(feature, 0) > release.get().level(feature))
                .findFirst()
                .map(feature -> refusal(intent.version(), release.get(), feature, levels)));
    }

    private static String refusal(String version, FeatureLevels release, String feature, Map<String, Integer> levels) {
        return ("version %s cannot run this cluster any more: %s is final at %s, and %s knows it up to %s. Brokers go on with"
                        + " what they run. Set spec.version to a release that knows that level; the only way back is a new"
                        + " cluster that the data is copied to")
                .formatted(
                        version,
                        feature,
                        word(feature, levels.getOrDefault(feature, 0)),
                        version,
                        word(feature, release.level(feature)));
    }

    /** Says that the version that is asked for is not run. */
    public static UpgradeDecision refuse(String why, UpgradeFacts facts) {
        var status = facts.levels().isPresent() ? Optional.<UpgradeStatus>empty() : toldOfSilentBrokers(facts);
        return new UpgradeDecision(Phase.VERSION_REFUSED, status, why, Optional.empty());
    }

    /** Returns which levels are not what they are to be. Only metadata.version is ever lowered, and only if a person asks. */
    public static List<FeatureChange> changes(UpgradeIntent intent, Map<String, Integer> levels) {
        if (intent.target().isEmpty()) {
            return List.of();
        }
        var target = intent.target().get();
        return new TreeSet<>(target.levels().keySet())
                .stream()
                        .map(feature ->
                                new FeatureChange(feature, levels.getOrDefault(feature, 0), target.level(feature)))
                        .filter(change -> change.to() > change.from()
                                || (change.to() < change.from()
                                        && intent.asked().isPresent()
                                        && change.name().equals(FeatureLevels.METADATA)))
                        .toList();
    }

    /** Returns whether all pods there are were made with the image of the version. */
    public static boolean isEverywhere(BrokerClusterIntent intent, UpgradeFacts facts) {
        return facts.running().equals(Set.of(intent.image()));
    }

    /**
     * Decides about feature levels.
     *
     * @param unwell what is not as it should be with the cluster: nothing is made final while that is so
     */
    public static UpgradeDecision decide(BrokerClusterIntent intent, UpgradeFacts facts, Optional<String> unwell) {
        if (facts.levels().isEmpty()) {
            return ofSilentBrokers(facts);
        }
        var changes = changes(intent.upgrade(), facts.levels().get());
        if (changes.isEmpty()) {
            return UpgradeDecision.settled();
        }
        var asked = intent.upgrade().asked().isPresent();
        var draft = draft(intent, changes);
        var beyond = beyondVersion(intent, changes);
        if (beyond.isPresent()) {
            return refused(draft, beyond.get());
        }
        if (!isEverywhere(intent, facts)) {
            return waiting(draft, "all brokers to run " + intent.version());
        }
        if (unwell.isPresent()) {
            return waiting(draft, "the cluster to be well: " + unwell.get());
        }
        if (facts.refusal().isPresent()) {
            var why = "Kafka refuses: " + facts.refusal().get();
            return asked ? refused(draft, why) : waiting(draft, why);
        }
        var told = facts.told().filter(status -> isAbout(status, draft));
        var since = told.map(UpgradeStatus::wellSince).map(Instant::parse).orElseGet(() -> facts.now()
                .truncatedTo(ChronoUnit.SECONDS));
        return proving(
                draft,
                facts.now(),
                since,
                asked ? Duration.ZERO : intent.upgrade().soak(),
                told);
    }

    private static UpgradeDecision proving(
            UpgradeStatus draft, Instant now, Instant since, Duration soak, Optional<UpgradeStatus> told) {
        var at = since.plus(soak);
        if (now.isBefore(at)) {
            var left = Duration.between(now, at).plusMillis(1);
            var status = with(draft, UpgradeState.Soaking, since, at, "until then spec.version can be taken back");
            return new UpgradeDecision(
                    Phase.SOAKING, Optional.of(status), "", Optional.of(left.compareTo(LATER) < 0 ? left : LATER));
        }
        var announced =
                told.filter(status -> status.state() == UpgradeState.Finalising).isPresent();
        var status = with(draft, UpgradeState.Finalising, since, at, null);
        return new UpgradeDecision(announced ? Phase.DUE : Phase.ANNOUNCED, Optional.of(status), "", Optional.of(SOON));
    }

    private static UpgradeDecision ofSilentBrokers(UpgradeFacts facts) {
        var told = toldOfSilentBrokers(facts);
        return new UpgradeDecision(
                told.isPresent() ? Phase.WAITING : Phase.SETTLED, told, "", told.map(status -> LATER));
    }

    /** Who says nothing is not well; but what may be final already must not be forgotten. */
    private static Optional<UpgradeStatus> toldOfSilentBrokers(UpgradeFacts facts) {
        return facts.told()
                .map(status -> with(
                        status,
                        status.state() == UpgradeState.Finalising ? UpgradeState.Finalising : UpgradeState.Waiting,
                        null,
                        null,
                        "the brokers to answer"));
    }

    private static Optional<String> beyondVersion(BrokerClusterIntent intent, List<FeatureChange> changes) {
        return intent.upgrade().release().flatMap(release -> changes.stream()
                .filter(change -> change.to() > release.level(change.name()))
                .findFirst()
                .map(change -> "version %s knows %s up to %s; choose a metadataVersion up to %s, or a newer version"
                        .formatted(
                                intent.version(),
                                change.name(),
                                word(change.name(), release.level(change.name())),
                                release.metadataVersion())));
    }

    private static UpgradeDecision waiting(UpgradeStatus draft, String forWhat) {
        return new UpgradeDecision(
                Phase.WAITING,
                Optional.of(with(draft, UpgradeState.Waiting, null, null, forWhat)),
                "",
                Optional.of(LATER));
    }

    private static UpgradeDecision refused(UpgradeStatus draft, String why) {
        var message = "spec.metadataVersion %s cannot be had: %s".formatted(draft.metadataVersion(), why);
        return new UpgradeDecision(
                Phase.LEVELS_REFUSED,
                Optional.of(with(draft, UpgradeState.Refused, null, null, message)),
                message,
                Optional.of(LATER));
    }

    /** A time of proving counts for what was announced, and for nothing else. */
    private static boolean isAbout(UpgradeStatus told, UpgradeStatus draft) {
        return (told.state() == UpgradeState.Soaking || told.state() == UpgradeState.Finalising)
                && told.version().equals(draft.version())
                && Objects.equals(told.features(), draft.features());
    }

    private static UpgradeStatus draft(BrokerClusterIntent intent, List<FeatureChange> changes) {
        return new UpgradeStatus(
                UpgradeState.Waiting,
                intent.version(),
                intent.upgrade().target().orElseThrow().metadataVersion(),
                changes,
                null,
                null,
                null);
    }

    private static UpgradeStatus with(
            UpgradeStatus draft,
            UpgradeState state,
            @Nullable Instant since,
            @Nullable Instant at,
            @Nullable String message) {
        return new UpgradeStatus(
                state,
                draft.version(),
                draft.metadataVersion(),
                draft.features(),
                since == null ? null : since.toString(),
                at == null ? null : at.toString(),
                message == null ? null : message.substring(0, Math.min(LONGEST_MESSAGE, message.length())));
    }

    /** A level as people know it. */
    private static String word(String feature, int level) {
        return feature.equals(FeatureLevels.METADATA) ? FeatureLevels.nameOf(level) : Integer.toString(level);
    }
}
