package io.millrace.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReasonsAreDocumentedTest {

    @Test
    void pageListsEveryReason() throws IOException {
        var rows = Arrays.stream(Reason.values())
                .map(reason -> "| `%s` | %s | %s |%n"
                        .formatted(reason.word(), reason.fate().name().toLowerCase(Locale.ROOT), reason.meaning()))
                .collect(Collectors.joining());
        var page = """
                # Conditions and reasons

                Generated from the operator's enum `Reason`. Every kind has `Ready` and `Degraded`; `Reconciling` (a transient
                reason: it can pass by itself, the operator keeps trying) and `Stalled` (a terminal one: only a change helps) are
                absent or True. BrokerCluster also has `Rolling` while brokers restart, `Rebalancing` while partitions move and
                `RenewingCA` while a CA is replaced; one that serves and has not yet the size it is to have is Ready and Reconciling. A `lastTransitionTime` moves only with
                its `status`.

                | reason | fate | meaning |
                | --- | --- | --- |
                """ + rows;
        Files.writeString(Path.of("target/conditions.md"), page);

        assertThat(Path.of("../docs/conditions.md"))
                .as("refresh with: cp operator/target/conditions.md docs/")
                .hasContent(page);
    }
}
