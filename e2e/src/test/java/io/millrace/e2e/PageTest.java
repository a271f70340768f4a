package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class PageTest {
    private static List<Page.Command> commands(String markdown) {
        return Page.parse("a.md", markdown).named("a.md").stream()
                .flatMap(section -> section.commands().stream())
                .toList();
    }

    @Test
    void whatIsBelowACommandIsItsAnswer() {
        var commands = commands("""
                ```console
                $ kubectl get x
                NAME   AGE
                a      1s

                $ kubectl get y
                ```
                """);

        assertThat(commands)
                .containsExactly(
                        new Page.Command("kubectl get x", List.of("NAME   AGE", "a      1s", "")),
                        new Page.Command("kubectl get y", List.of()));
    }

    @Test
    void aCommandGoesOnAfterABackslashAndToTheEndOfWhatItIsGiven() {
        var commands = commands("""
                ```console
                $ helm upgrade x \\
                  --wait
                $ kubectl apply -f - <<EOF
                kind: $ no prompt
                EOF
                applied
                ```
                """);

        assertThat(commands)
                .containsExactly(
                        new Page.Command("helm upgrade x \\\n  --wait", List.of()),
                        new Page.Command("kubectl apply -f - <<EOF\nkind: $ no prompt\nEOF", List.of("applied")));
    }

    @Test
    void commandsInTheTextCountAndNamesOfCommandsDoNot() {
        var commands = commands("see `kubectl get pods`, `kubectl logs` or `scale it` and `./dev up`");

        assertThat(commands).extracting(Page.Command::text).containsExactly("kubectl get pods");
    }

    @Test
    void sectionsAreNamedAsLinksNameThem() {
        var page = Page.parse("a.md", """
                # All
                ```yaml
                spec: {}
                ```
                ## On disk: `x-durability`, now

                    indented
                """);

        assertThat(page.sections())
                .extracting(Page.Section::name)
                .containsExactly("a.md#", "a.md#all", "a.md#on-disk-x-durability-now");
        assertThat(page.sections())
                .extracting(Page.Section::blocks)
                .containsExactly(List.of(), List.of("yaml"), List.of(""));
        assertThat(page.named("a.md#all")).extracting(Page.Section::yaml).containsExactly(List.of("spec: {}"));
    }

    @Test
    void anAnswerWithoutACommandIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> commands("```console\nNAME\n```"));
    }
}
