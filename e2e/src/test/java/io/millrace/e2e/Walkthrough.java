package io.millrace.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Goes through pages of the documentation as a reader does: in one shell, in the folder of the checkout, with kubectl's namespace set. */
final class Walkthrough {
    private static final String END = "\u001e";
    private static final String CHECKOUT =
            Path.of("..").toAbsolutePath().normalize().toString();

    private final Kube kube;
    private final String before;
    private final UnaryOperator<String> told;

    private Walkthrough(Kube kube, String before, UnaryOperator<String> told) {
        this.kube = kube;
        this.before = before;
        this.told = told;
    }

    static Walkthrough in(Kube kube) {
        return new Walkthrough(kube, "", UnaryOperator.identity());
    }

    /** The same, with one broker where the examples have three. */
    Walkthrough withOneBroker() {
        return new Walkthrough(kube, "sed -i 's/replicas: 3/replicas: 1/' examples/*.yaml", told);
    }

    /** The same, with another name where the page says one of several. */
    Walkthrough about(String name, String another) {
        return new Walkthrough(kube, before, text -> told.apply(text).replace(name, another));
    }

    /** Runs all commands of a page, or those below one of its headings: each must succeed, and say what the page shows. */
    void run(String name) {
        var commands = Docs.page(name).named(name).stream()
                .flatMap(section -> section.commands().stream())
                .map(command -> new Page.Command(
                        told.apply(command.text()),
                        command.shown().stream().map(told).toList()))
                .toList();
        if (commands.isEmpty()) {
            throw new IllegalArgumentException("there is no command in " + name);
        }
        check(name, commands, Kube.run(List.of("bash", "-c", script(commands)), ""));
    }

    private static void check(String name, List<Page.Command> commands, Kube.Said said) {
        var answers = said.text().split(END, -1);
        for (int i = 0; i < commands.size(); i++) {
            var command = commands.get(i);
            if (i + 1 >= answers.length) {
                throw new AssertionError("%s: %s\nfails with %d:\n%s"
                        .formatted(name, command.text(), said.status(), answers[answers.length - 1]));
            }
            var unsaid = Shown.unsaid(command.shown(), answers[i]);
            if (!unsaid.isEmpty()) {
                throw new AssertionError("%s: %s\ndoes not say\n%s\nbut\n%s"
                        .formatted(name, command.text(), String.join("\n", unsaid), answers[i]));
            }
        }
    }

    /** Files that commands write, and the namespace that kubectl is told, are nobody else's. */
    private String script(List<Page.Command> commands) {
        var script = new ArrayList<String>();
        script.add("set -o pipefail; exec 2>&1");
        script.add("folder=$(mktemp -d) && trap 'rm -rf \"$folder\"' EXIT && cd \"$folder\" || exit");
        script.add("cp -r " + CHECKOUT + "/examples " + CHECKOUT + "/helm-chart .");
        script.add(before);
        script.add(tool("kafka-console-producer.sh", "org.apache.kafka.tools.ConsoleProducer"));
        script.add(tool("kafka-console-consumer.sh", "org.apache.kafka.tools.consumer.ConsoleConsumer"));
        script.add("cp \"$KUBECONFIG\" .kubeconfig && export KUBECONFIG=$PWD/.kubeconfig");
        script.add("kubectl config set-context --current --namespace=" + kube.namespace() + " >/dev/null || exit");
        for (var command : commands) {
            script.add(command.text());
            script.add("status=$?; [ $status = 0 ] || exit $status");
            script.add("printf '\\036'");
        }
        return String.join("\n", script);
    }

    /** One of Kafka's own tools, under its name. */
    private static String tool(String name, String main) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        return "%s() { %s -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' %s \"$@\"; }"
                .formatted(name, java, System.getProperty("java.class.path"), main);
    }
}
