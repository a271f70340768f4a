package io.millrace.broker.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether alice may read, by entries {@code principal operation permission host} that apply to a topic. */
class ReadRightsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                                              | false",
                "alice READ ALLOW *                                              | true",
                "alice ALL ALLOW *                                               | true",
                "* READ ALLOW *                                                  | true",
                "alice DESCRIBE ALLOW *                                          | false",
                "alice WRITE ALLOW *                                             | false",
                "bob READ ALLOW *                                                | false",
                "alice READ ALLOW 10.0.0.1                                       | false",
                "alice READ ALLOW *; alice READ DENY *                           | false",
                "alice READ ALLOW *; * ALL DENY *                                | false",
                "alice READ ALLOW *; alice READ DENY 10.0.0.1                    | false",
                "alice READ ALLOW *; alice WRITE DENY *                          | true",
                "alice READ ALLOW *; bob READ DENY *                             | true",
            })
    void readingTakesAnAllowanceFromEverywhereAndNoDenial(String entries, boolean expected) {
        var acls = Stream.of(entries.split("; ?"))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> acl(entry.split(" ")))
                .toList();

        assertThat(ReadRights.allow(acls, "alice")).isEqualTo(expected);
    }

    private static AclBinding acl(String[] words) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "orders", PatternType.LITERAL),
                new AccessControlEntry(
                        "User:" + words[0],
                        words[3],
                        AclOperation.valueOf(words[1]),
                        AclPermissionType.valueOf(words[2])));
    }
}
