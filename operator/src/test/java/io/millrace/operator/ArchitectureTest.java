package io.millrace.operator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final int FLOOR = 60;
    private static final String[] PURE = {
        "..operator.intent..",
        "..operator.desired..",
        "..operator.plan..",
        "..operator.settings..",
        "..operator.status..",
        "..operator.storage..",
        "..operator.trust..",
        "..operator.upgrade.."
    };

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.millrace.operator");

    @Test
    void scanIsNotEmpty() {
        assertThat(classes.size()).isGreaterThan(FLOOR);
    }

    @Test
    void decisionsKnowNoClientNoClockNoThreadNoContainerNoLog() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.fabric8.kubernetes.client",
                        "io.javaoperatorsdk..",
                        "org.apache.kafka..",
                        "jakarta..",
                        "org.slf4j..",
                        "java.net.http..",
                        "java.util.concurrent..",
                        "..operator.client..",
                        "..operator.apply..",
                        "..operator.observe..",
                        "..operator.reconcile..")
                .check(classes);
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Clock")
                .check(classes);
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .callMethod(java.time.Instant.class, "now")
                .check(classes);
    }

    @Test
    void rebalancePlannerKnowsNothingButTheNamesOfPartitions() {
        classes()
                .that()
                .resideInAPackage("..operator.rebalance..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "..operator.rebalance..",
                                "java.lang..",
                                "java.util",
                                "java.util.function",
                                "java.util.stream",
                                "java.security",
                                "java.nio.charset",
                                "org.jspecify..")
                        .or(belongToAnyOf(TopicPartition.class, Duration.class)))
                .check(classes);
    }

    @Test
    void decisionsAboutTheSizeKnowNoClientAndOfKafkaTheNamesOfPartitions() {
        noClasses()
                .that()
                .resideInAPackage("..operator.scale..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "io.fabric8.kubernetes.client",
                                "io.javaoperatorsdk..",
                                "jakarta..",
                                "org.slf4j..",
                                "java.net.http..",
                                "java.util.concurrent..",
                                "..operator.client..",
                                "..operator.apply..",
                                "..operator.observe..",
                                "..operator.reconcile..")
                        .or(resideInAnyPackage("org.apache.kafka..").and(not(belongToAnyOf(TopicPartition.class)))))
                .check(classes);
    }

    @Test
    void onlyTheClientPackageKnowsKafka() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..operator.client..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka.clients..")
                .check(classes);
    }

    @Test
    void shellPackagesHaveNoCycles() {
        slices().matching("io.millrace.operator.(apply|observe|client|reconcile)..")
                .should()
                .beFreeOfCycles()
                .check(classes);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(classes.stream().map(type -> type.getPackage()).distinct())
                .allMatch(pkg ->
                        pkg.isAnnotatedWith(NullMarked.class) || pkg.getName().equals("io.millrace.operator"));
    }
}
