package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What the documentation tells readers to do is done here, and says what the page shows. Other tests run what takes its time, or another cluster. */
@Order(52)
@OnOrders
class GuidesIT {
    /** Pages, or sections of pages, in the order in which a reader comes to them: those that come later use what was made before. */
    static final List<String> PAGES = List.of(
            "README.md#what-it-looks-like",
            "docs/guides/README.md",
            "docs/guides/install.md",
            "docs/guides/create.md",
            "docs/guides/connect.md",
            "docs/guides/scale.md#more-partitions",
            "docs/guides/upgrade.md#the-operator",
            "docs/guides/watch-lag.md",
            "docs/guides/recover.md#recover",
            "docs/guides/recover.md#an-object-that-somebody-deleted",
            "docs/broker-settings.md",
            "docs/disks.md",
            "docs/gitops.md",
            "docs/monitoring.md",
            "docs/queues-on-the-log.md",
            "docs/racks.md",
            "docs/rolling.md",
            "docs/security.md",
            "docs/troubleshooting.md",
            "docs/upgrading.md");

    /** What pages speak of and does not come from us: Argo CD's ConfigMap, the kinds of the Prometheus operator. */
    @BeforeAll
    static void whatOthersHaveInstalled() {
        argocd().create();
        argocd().apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: argocd-cm}}");
        argocd().apply(Orders.resource("prometheus-operator.yaml"));
        argocd().must("", "wait", "crd/podmonitors.monitoring.coreos.com", "--for=condition=Established");
    }

    @AfterAll
    static void takeItAway() {
        argocd().must("", "delete", "--ignore-not-found", "crd", "--selector=millrace.io/e2e=guides");
        argocd().must("", "delete", "namespace", argocd().namespace(), "--wait=false");
        Orders.BROKERS.awaitSettled(Orders.PODS.size());
    }

    @ParameterizedTest
    @FieldSource("PAGES")
    void whatThePageTellsOneToDoWorks(String page) {
        Walkthrough.in(Orders.KUBE).run(page);
    }

    @Test
    void theApiServerTakesEveryObjectAndEveryPieceOfASpec() {
        var yaml = Docs.pages().stream()
                .flatMap(page -> page.sections().stream())
                .flatMap(section -> section.yaml().stream())
                .flatMap(text -> Stream.of(text.split("\n---\n", -1)))
                .toList();

        assertThat(yaml).hasSizeGreaterThan(12).allSatisfy(text -> {
            var said = text.startsWith("apiVersion: ") ? object(text) : piece(text);
            assertThat(said).doesNotContain("unknown field");
        });
    }

    /** Made when it is used: GuidesTest reads this class where there is no Kubernetes. */
    private static Kube argocd() {
        return new Kube("argocd");
    }

    /** Kinds of others are theirs to check. The namespace is one where nothing of the same name is. */
    private static String object(String yaml) {
        return yaml.startsWith("apiVersion: millrace.io/")
                ? argocd().must(yaml, "apply", "--server-side", "--dry-run=server", "--filename", "-")
                : "";
    }

    /** A piece of a spec is that of a BrokerCluster. */
    private static String piece(String yaml) {
        return Orders.KUBE.must(
                "", "patch", "brokercluster", "orders", "--type=merge", "--dry-run=server", "--patch", yaml);
    }
}
