package io.millrace.operator.upgrade;

import static io.millrace.operator.upgrade.UpgradeScene.rolled;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.UpgradeState;
import io.millrace.operator.upgrade.UpgradeDecision.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which version may be run in place of another. */
class VersionRefusalTest {

    private static final String BACK = "version: 4.2.1";

    @Test
    void thereIsAWayBackUntilLevelsAreFinal() {
        assertThat(rolled().wishing(BACK).versionRefusal()).isEmpty();
        assertThat(rolled().atLevels("4.3-IV0").wishing(BACK).versionRefusal())
                .get()
                .asString()
                .contains("version 4.2.1 cannot run", "metadata.version is final at 4.3-IV0", "up to 4.2-IV1");
    }

    @Test
    void whatRunsAlreadyIsNotRefused() {
        assertThat(rolled().atLevels("4.3-IV0").versionRefusal()).isEmpty();
    }

    @Test
    void whereTheBrokersAreSilentTheStatusIsBelieved() {
        assertThat(rolled().silent().wishing(BACK).versionRefusal()).isEmpty();
        assertThat(rolled().atLevels("4.3-IV0")
                        .after(Duration.ZERO)
                        .silent()
                        .wishing(BACK)
                        .versionRefusal())
                .isPresent();
    }

    @Test
    void levelsThatWereBeingMadeFinalCountUntilTheBrokersSayOtherwise() {
        var announced = rolled().after(Duration.ofHours(1)).after(Duration.ZERO);

        assertThat(announced.wishing(BACK).versionRefusal()).isEmpty();
        assertThat(announced.silent().wishing(BACK).versionRefusal()).isPresent();

        var refused = UpgradePlanner.refuse("why", announced.silent().facts());
        assertThat(refused.phase()).isEqualTo(Phase.VERSION_REFUSED);
        assertThat(refused.status().orElseThrow().state())
                .as("what must not be forgotten")
                .isEqualTo(UpgradeState.Finalising);
    }
}
