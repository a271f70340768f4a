package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExamplesTest {
    private static final Path SOURCES = Path.of("src/test/java");

    /** The quickstart is made as a whole, whatever is in it; what a page tells one to apply is applied (GuidesTest). */
    @Test
    void everyExampleIsAppliedToARunningClusterByATest() throws IOException {
        var tests = new StringBuilder();
        try (var files = Files.walk(SOURCES)) {
            for (var file :
                    files.filter(file -> file.toString().endsWith("IT.java")).toList()) {
                tests.append(Files.readString(file));
            }
        }
        Docs.pages().stream()
                .flatMap(page -> page.sections().stream())
                .flatMap(section -> section.commands().stream())
                .forEach(command -> tests.append(command.text().replaceAll("apply -f examples/(\\S+)", "\"$1\"")));

        assertThat(Examples.files()).hasSizeGreaterThan(20);
        assertThat(Examples.files())
                .filteredOn(file -> !file.startsWith("quickstart/"))
                .allSatisfy(file -> assertThat(tests).contains("\"" + file + "\""));
    }
}
