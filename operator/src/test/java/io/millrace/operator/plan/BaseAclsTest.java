package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operator.intent.Acl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaseAclsTest {

    @ParameterizedTest
    @CsvSource({"TOPIC, *", "GROUP, *", "TRANSACTIONAL_ID, *", "CLUSTER, kafka-cluster"})
    void whereNothingIsForbiddenAnEntryOfOneUserClosesNothingToOthers(String resource, String name) {
        assertThat(BaseAcls.of(false)).contains(new Acl(resource, name, false, "User:*", "ALL", true));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aRightToDeleteInTheClusterDoesNotReachAroundWhatIsDeniedOfTopics(boolean simple) {
        assertThat(BaseAcls.of(simple)).contains(new Acl("CLUSTER", "kafka-cluster", false, "User:*", "DELETE", false));
    }

    @Test
    void whereWhatIsNotAllowedIsDeniedNobodyIsLetIn() {
        assertThat(BaseAcls.of(true)).isNotEmpty().noneMatch(Acl::allow);
    }
}
