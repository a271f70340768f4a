package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operator.intent.UserIntent;
import io.millrace.operator.plan.UserObserved.SecretState;
import io.millrace.operator.status.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UserPlannerTest {

    @Test
    void newPasswordIsToldToBothProtocols() {
        var plan = UserPlanner.plan(intent(false), observed(new SecretState.Usable("v2"), "v1"), false);

        assertThat(plan.actions())
                .containsExactly(new UserAction.PutKafkaUser(), new UserAction.PutQueueUser(List.of()));
        assertThat(plan.standing().ready()).isTrue();
    }

    @Test
    void userWithACertificateHasNoPasswordAnywhere() {
        var plan = UserPlanner.plan(intent(true), observed(new SecretState.Usable("v2"), "v1"), false);

        assertThat(plan.actions()).isEmpty();
        assertThat(plan.nextLook()).contains(Duration.ofDays(60));
    }

    @Test
    void secretIsWrittenAnewBeforeAnythingElseAndTheUserStaysReady() {
        var stale = new SecretState.Stale("it ends");

        var first = UserPlanner.plan(intent(true), observed(stale, ""), false);
        var later = UserPlanner.plan(intent(true), observed(stale, "v1"), false);

        assertThat(first.actions()).containsExactly(new UserAction.RefreshSecret("alice-credentials", "it ends"));
        assertThat(first.standing().ready()).isFalse();
        assertThat(later.actions()).isEqualTo(first.actions());
        assertThat(later.standing().ready()).isTrue();
    }

    @Test
    void givenSecretIsLabelledSoThatItsChangesAreSeen() {
        var plan = UserPlanner.plan(intent(false), observed(new SecretState.Unwatched(), ""), false);

        assertThat(plan.actions()).containsExactly(new UserAction.WatchSecret("alice-credentials"));
    }

    @Test
    void whoOnlyObservesWritesNoSecret() {
        var plan = UserPlanner.plan(intent(true), observed(new SecretState.Stale("it ends"), "v1"), true);

        assertThat(plan.actions()).isEmpty();
        assertThat(plan.standing().reason()).isEqualTo(Reason.DIFFERS);
        assertThat(plan.standing().message()).contains("alice-credentials", "it ends");
    }

    private static UserIntent intent(boolean byCertificate) {
        return new UserIntent("alice", "alice-credentials", true, Set.of(), List.of(), List.of(), byCertificate);
    }

    private static UserObserved observed(SecretState secret, String applied) {
        return new UserObserved(
                secret,
                applied,
                false,
                Set.of(),
                Optional.of(List.of()),
                List.of(),
                true,
                Optional.empty(),
                Optional.of(Duration.ofDays(60)));
    }
}
