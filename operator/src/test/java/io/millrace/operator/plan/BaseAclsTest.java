package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operator.intent.Acl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaseAclsTest {

    @ParameterizedTest
    @CsvSource({"TOPIC", "GROUP", "TRANSACTIONAL_ID"})
    void whereNothingIsForbiddenAnEntryOfOneUserClosesNothingToOthers(String resource) {
        assertThat(BaseAcls.of(false)).contains(new Acl(resource, "*", false, "User:*", "ALL", true));
    }

    @Test
    void whereNothingIsForbiddenNobodyIsLetAlterTheClusterItself() {
        assertThat(BaseAcls.of(false))
                .filteredOn(acl -> acl.resource().equals("CLUSTER") && acl.allow())
                .extracting(Acl::operation)
                .containsExactlyInAnyOrder("CREATE", "DESCRIBE", "DESCRIBE_CONFIGS", "IDEMPOTENT_WRITE");
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
