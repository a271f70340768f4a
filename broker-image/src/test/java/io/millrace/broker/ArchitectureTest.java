package io.millrace.broker;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of the house: which package may know which, and what pure packages never touch. */
class ArchitectureTest {
    private static final String ROOT = "io.millrace.broker.";
    private static final int CLASSES_SEEN_AT_LEAST = 240;

    private static final String[] PURE = Stream.of("model", "wire", "topology", "protocol", "queue", "log", "placement")
            .map(name -> ROOT + name)
            .toArray(String[]::new);

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(new ImportOption.DoNotIncludeJars())
            .importPackages("io.millrace.broker");

    @Test
    void theScanSeesTheCode() {
        assertThat(MAIN).hasSizeGreaterThan(CLASSES_SEEN_AT_LEAST);
    }

    @ParameterizedTest
    @CsvSource({
        "model,     ''",
        "wire,      model",
        "topology,  model",
        "queue,     model",
        "placement, model",
        "log,       model queue", // the ack set of a queue is what SlotRecord carries
        "protocol,  model wire topology queue", // sessions, consumers and outcomes are the words both speak
        "log.kafka, model log queue placement",
        "cluster,   model topology log queue wire",
    })
    void aPackageKnowsOnlyThoseBelowIt(String name, String below) {
        var allowed = Stream.concat(Stream.of(name), Stream.of(below.split(" ")))
                .map(other -> ROOT + other)
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage(ROOT + name)
                .should()
                .dependOnClassesThat(resideInAPackage("io.millrace..").and(not(resideInAnyPackage(allowed))))
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void pureCodeKnowsNoClientThreadLockOrLogger() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "org.apache.kafka..",
                                "kafka..",
                                "org.slf4j..",
                                "ch.qos.logback..",
                                "java.util.logging..",
                                "java.util.concurrent..",
                                "java.net..",
                                "java.nio.file..",
                                "jakarta.enterprise..")
                        // what a port answers with
                        .and(not(JavaClass.Predicates.simpleName("CompletionStage"))))
                .check(MAIN);
    }

    @Test
    void pureCodeAsksNoClockAndStartsNoThread() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Clock")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .callMethodWhere(asksTheTime())
                .check(MAIN);
    }

    private static DescribedPredicate<JavaCall<?>> asksTheTime() {
        var names = Set.of("now", "currentTimeMillis", "nanoTime");
        return DescribedPredicate.describe(
                "ask for the time",
                call -> names.contains(call.getName())
                        && call.getTargetOwner().getPackageName().startsWith("java."));
    }

    @Test
    void onlyTheLogAndTheLauncherKnowKafka() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "log.kafka..", ROOT + "launcher..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "kafka..")
                .check(MAIN);
    }

    @Test
    void valuesAndQueuesKnowNoNetty() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + "model",
                        ROOT + "topology",
                        ROOT + "queue",
                        ROOT + "log",
                        ROOT + "log.kafka",
                        ROOT + "placement")
                .should()
                .dependOnClassesThat(resideInAPackage("io.netty..")
                        // maps without boxing, nothing else
                        .and(not(resideInAPackage("io.netty.util.collection"))))
                .check(MAIN);
    }

    @Test
    void theCodecAndTheMachinesKnowNettysBuffersOnly() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + "wire", ROOT + "protocol")
                .should()
                .dependOnClassesThat(resideInAPackage("io.netty..")
                        .and(not(resideInAnyPackage("io.netty.buffer", "io.netty.handler.codec")))
                        // what a ByteToMessageDecoder's method is given
                        .and(not(JavaClass.Predicates.simpleName("ChannelHandlerContext"))))
                .check(MAIN);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("io.millrace.broker.(**)").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void everyPackageIsNullMarked() {
        var unmarked = MAIN.stream()
                .map(JavaClass::getPackage)
                .filter(javaPackage -> !javaPackage.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .collect(Collectors.toSet());

        assertThat(unmarked).isEmpty();
    }

    @Test
    void errorsAreAmqpErrors() {
        classes()
                .that()
                .resideInAnyPackage(PURE)
                .and()
                .areAssignableTo(RuntimeException.class)
                .should()
                .beAssignableTo("io.millrace.broker.model.AmqpError")
                .check(MAIN);
    }
}
