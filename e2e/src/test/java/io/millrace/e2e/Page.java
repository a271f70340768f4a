package io.millrace.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A page of the documentation, as far as it can be tried. Commands stand in blocks {@code ```console}, after {@code "$ "}, with what is
 * seen below them; or in the text, between backticks.
 *
 * @param name its path below the checkout
 * @param sections what is below each heading, in their order; the first is what comes before any
 */
record Page(String name, List<Section> sections) {
    private static final String PROMPT = "$ ";
    private static final Pattern FENCE = Pattern.compile("^```(.*)$");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    /** kubectl get alone is a name; with something to get it is a command. */
    private static final Pattern COMMAND = Pattern.compile("(?:kubectl|helm) \\S+ .+|curl .+");

    private static final Pattern HEREDOC = Pattern.compile("<<-?'?(\\w+)'?");

    /**
     * What is below one heading.
     *
     * @param name the page's name, {@code #} and the heading as links to it have it
     * @param blocks languages of its blocks; empty for one that does not say, or that is only indented
     */
    record Section(String name, List<Command> commands, List<String> yaml, List<String> blocks) {}

    /**
     * A command, and what the page says is seen then.
     *
     * @param shown lines of the answer; none where the page shows none
     */
    record Command(String text, List<String> shown) {}

    static Page parse(String name, String markdown) {
        return new Parser(name, markdown).page();
    }

    /** Its sections that have a name: one, or all where the name is the page's. */
    List<Section> named(String wanted) {
        return sections.stream()
                .filter(section -> wanted.equals(name) || wanted.equals(section.name()))
                .toList();
    }

    /** A heading as links to it have it. */
    static String anchor(String heading) {
        return heading.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\w\\- ]", "")
                .replace(' ', '-');
    }

    private static final class Parser {
        private final String name;
        private final List<String> lines;
        private final List<Section> sections = new ArrayList<>();
        private Section section;
        private int next;

        Parser(String name, String markdown) {
            this.name = name;
            this.lines = markdown.lines().toList();
            this.section = begin("");
        }

        Page page() {
            while (next < lines.size()) {
                var line = lines.get(next++);
                var fence = FENCE.matcher(line);
                var heading = HEADING.matcher(line);
                if (fence.matches()) {
                    block(fence.group(1), toEndOfBlock());
                } else if (heading.matches()) {
                    section = begin(anchor(heading.group(1)));
                } else if (line.startsWith("    ")
                        && next > 1
                        && lines.get(next - 2).isBlank()) {
                    section.blocks().add("");
                } else {
                    text(line);
                }
            }
            return new Page(name, List.copyOf(sections));
        }

        private Section begin(String anchor) {
            var begun = new Section(name + "#" + anchor, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            sections.add(begun);
            return begun;
        }

        private void text(String line) {
            CODE.matcher(line)
                    .results()
                    .map(found -> found.group(1))
                    .filter(COMMAND.asMatchPredicate())
                    .forEach(command -> section.commands().add(new Command(command, List.of())));
        }

        private List<String> toEndOfBlock() {
            var begin = next;
            while (next < lines.size() && !lines.get(next).equals("```")) {
                next++;
            }
            return lines.subList(begin, next++);
        }

        private void block(String language, List<String> block) {
            section.blocks().add(language);
            switch (language) {
                case "yaml" -> section.yaml().add(String.join("\n", block));
                case "console" -> console(block);
                default -> {}
            }
        }

        private void console(List<String> block) {
            if (!block.getFirst().startsWith(PROMPT)) {
                throw new IllegalArgumentException(section.name() + ": a block begins without a command: " + block);
            }
            for (int i = 0; i < block.size(); ) {
                int end = endOfCommand(block, i);
                var text = String.join("\n", block.subList(i, end)).substring(PROMPT.length());
                int begin = end;
                while (end < block.size() && !block.get(end).startsWith(PROMPT)) {
                    end++;
                }
                section.commands().add(new Command(text, List.copyOf(block.subList(begin, end))));
                i = end;
            }
        }

        /** A line that ends with a backslash goes on in the next, and what a command is given to read belongs to it. */
        private static int endOfCommand(List<String> block, int begin) {
            int end = begin + 1;
            while (end < block.size() && block.get(end - 1).endsWith("\\")) {
                end++;
            }
            var last = heredoc(block.get(end - 1));
            if (last.isPresent()) {
                end += block.subList(end, block.size()).indexOf(last.get()) + 1;
            }
            return end;
        }

        private static Optional<String> heredoc(String line) {
            return HEREDOC.matcher(line).results().map(found -> found.group(1)).findFirst();
        }
    }
}
