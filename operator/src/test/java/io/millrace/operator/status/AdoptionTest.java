package io.millrace.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.Management;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdoptionTest {

    private static final Standing FORBIDDEN = Standing.notReady(Reason.FORBIDDEN_CHANGE, "");

    @Test
    void whatIsAsAskedIsTheObjectsAndStaysIt() {
        assertThat(Adoption.of(null, Management.Manage, Standing.ready(""))).isTrue();
        assertThat(Adoption.of(true, Management.Manage, FORBIDDEN)).isTrue();
        assertThat(Adoption.of(true, Management.Observe, Standing.ready(""))).isTrue();
    }

    @Test
    void whatOthersMadeOtherwiseAndWhatIsOnlyObservedIsNot() {
        assertThat(Adoption.of(null, Management.Manage, FORBIDDEN)).isNull();
        assertThat(Adoption.of(null, Management.Observe, Standing.ready(""))).isNull();
    }

    @Test
    void thingThatWasSeenToBeOthersIsLeftToThem() {
        assertThat(Adoption.isOfOthers(null, conditions(FORBIDDEN))).isTrue();
        assertThat(Adoption.isOfOthers(true, conditions(FORBIDDEN))).isFalse();
    }

    @Test
    void otherReasonsDoNotSayWhoseItIs() {
        assertThat(Adoption.isOfOthers(null, null)).isFalse();
        assertThat(Adoption.isOfOthers(null, conditions(Standing.notReady(Reason.CONFLICT, ""))))
                .isFalse();
        assertThat(Adoption.isOfOthers(null, conditions(Standing.notReady(Reason.REJECTED, ""))))
                .isFalse();
    }

    private static List<Condition> conditions(Standing standing) {
        return Conditions.compose(null, standing, 1, Instant.EPOCH);
    }
}
