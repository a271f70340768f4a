package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Holds the documentation to what can be tried, and sees that somebody does. */
class GuidesTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]*)(?:#([^)\\s]*))?\\)");
    private static final Pattern ENVIRONMENT = Pattern.compile("^(\\w+=\\S* )+");

    /** What is run somewhere else, by how it begins. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "./dev up", "makes the cluster of this module with another name, by the same scripts",
            "./dev down", "takes it away by the script that ends this one",
            "./dev test", "is what runs all this; faults and fuzz are tests of the build that it runs longer",
            "./dev broker", "is what e2e/clients/run starts its broker with",
            "./dev bench", "takes half an hour on a quiet machine; figures are recorded by who measures",
            "./dev help", "prints the head of the script",
            "python3 -m venv", "is what e2e/clients/run prepares its clients with");

    /** Blocks with anything else in them are no commands, and not YAML of ours. */
    private static final Set<String> BLOCKS =
            Set.of("console", "yaml", "json", "python", "properties", "text", "mermaid");

    @Test
    void everyCommandIsRunByATest() throws IOException {
        var tests = tests();
        var commands = sections().stream()
                .flatMap(section ->
                        section.commands().stream().map(command -> Map.entry(section.name(), command.text())))
                .toList();

        // GuidesIT.PAGES, or a test that names the section, or known to run elsewhere.
        assertThat(commands)
                .hasSizeGreaterThan(80)
                .filteredOn(command -> !isRun(command.getKey(), command.getValue(), tests))
                .isEmpty();
    }

    private static boolean isRun(String section, String command, String tests) {
        var page = section.substring(0, section.indexOf('#'));
        var program = ENVIRONMENT.matcher(command).replaceFirst("");
        return GuidesIT.PAGES.contains(page)
                || GuidesIT.PAGES.contains(section)
                || tests.contains('"' + section + '"')
                || ELSEWHERE.keySet().stream().anyMatch(program::startsWith);
    }

    private static String tests() throws IOException {
        var tests = new StringBuilder();
        try (var files = Files.walk(Path.of("src/test/java"))) {
            for (var file :
                    files.filter(file -> file.toString().endsWith("IT.java")).toList()) {
                tests.append(Files.readString(file));
            }
        }
        return tests.toString();
    }

    @Test
    void everyBlockSaysWhatItIs() {
        assertThat(sections())
                .allSatisfy(section ->
                        assertThat(section.blocks()).as(section.name()).isSubsetOf(BLOCKS));
    }

    @Test
    void everyLinkLeadsSomewhere() {
        var pages = Docs.pages();
        assertThat(pages).hasSizeGreaterThan(50).allSatisfy(page -> assertThat(LINK.matcher(Docs.text(page.name()))
                        .results()
                        .filter(link -> !link.group(1).startsWith("http"))
                        .filter(link -> !leadsSomewhere(page.name(), link.group(1), link.group(2)))
                        .map(link -> link.group()))
                .as(page.name())
                .isEmpty());
    }

    private static boolean leadsSomewhere(String page, String file, @Nullable String anchor) {
        var target = Path.of(page).resolveSibling(file).normalize();
        if (file.isEmpty()) {
            target = Path.of(page);
        }
        if (!Files.exists(Docs.CHECKOUT.resolve(target))) {
            return false;
        }
        return anchor == null
                || !Docs.page(target.toString()).named(target + "#" + anchor).isEmpty();
    }

    private static List<Page.Section> sections() {
        return Docs.pages().stream().flatMap(page -> page.sections().stream()).toList();
    }

    @Test
    void guidesAreThereForEveryTask() {
        assertThat(Stream.of(
                        "install",
                        "connect",
                        "create",
                        "scale",
                        "upgrade",
                        "nodes",
                        "secure",
                        "watch-lag",
                        "reset",
                        "recover"))
                .allSatisfy(
                        task -> assertThat(Docs.text("docs/guides/README.md")).contains("](" + task + ".md)"));
    }
}
