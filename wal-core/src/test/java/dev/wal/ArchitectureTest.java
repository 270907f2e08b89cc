package dev.wal;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.Externalizable;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the packages of the core may know of each other and of the world. */
class ArchitectureTest {

    /** From top to bottom: a class knows its own package and those below it. */
    private static final List<String> LAYERS = List.of(
            "dev.wal.listener",
            "dev.wal.state",
            "dev.wal",
            "dev.wal.recovery",
            "dev.wal.checkpoint",
            "dev.wal.log",
            "dev.wal.segment",
            "dev.wal.record",
            "dev.wal.storage",
            "dev.wal.common");

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.wal");

    @Test
    void everyClassLivesInALayer() {
        check(classes()
                .should()
                .resideInAnyPackage(LAYERS.toArray(String[]::new))
                .because("a package outside the layers escapes their rules;"
                        + " move the class into a layer, or give the new package its place in LAYERS"));
    }

    @ParameterizedTest
    @FieldSource("LAYERS")
    void aLayerKnowsOnlyTheLayersBelow(String layer) {
        List<String> above = LAYERS.subList(0, LAYERS.indexOf(layer));
        check(noClasses()
                .that()
                .resideInAPackage(layer)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(above.toArray(String[]::new))
                .because("writes go down and durability comes back up;"
                        + " return a value, or declare an interface here that the upper layer implements"));
    }

    @Test
    void listenersAndStatesLieBesideEachOther() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.wal.listener")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.wal.state")
                .because("both stand on the door, and neither needs the other;"
                        + " put what both need into dev.wal or below"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.wal.record", "dev.wal.storage"})
    void recordsAndStorageKnowOnlyTheCommonWords(String layer) {
        check(noClasses()
                .that()
                .resideInAPackage(layer)
                .should()
                .dependOnClassesThat(describe(
                        "reside in another package of dev.wal than dev.wal.common",
                        target -> target.getPackageName().startsWith("dev.wal")
                                && !target.getPackageName().equals(layer)
                                && !target.getPackageName().equals("dev.wal.common")))
                .because("records know no file and storage knows no log;"
                        + " put a word that both sides need into dev.wal.common"));
    }

    @Test
    void recordsAreOpaqueBytesForTheLog() {
        check(noClasses()
                .that()
                .resideInAnyPackage("dev.wal.log", "dev.wal.segment", "dev.wal.checkpoint", "dev.wal.storage")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.wal.record")
                .because("the log orders and forces bytes whose meaning it does not know;"
                        + " encode and decode in dev.wal.recovery, dev.wal or dev.wal.state"));
    }

    @Test
    void packagesFormNoCycle() {
        check(slices().matching("dev.(**)")
                .should()
                .beFreeOfCycles()
                .because("nothing runs in a circle; move what both packages need into the lower one"));
    }

    @Test
    void theCoreNeedsNothingButTheJdkSlf4jAndJspecify() {
        check(classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.slf4j..", "org.jspecify..", "dev.wal..")
                .because("the core runs without Spring or any other library;"
                        + " declare a small interface here and implement it in wal-spring-boot-autoconfigure"));
    }

    @Test
    void everyPackageIsNullMarked() {
        check(classes()
                .should(resideInANullMarkedPackage())
                .because("null is an error unless a type says @Nullable;"
                        + " add a package-info.java with @NullMarked that says what the package is for"));
    }

    @Test
    void nothingUsesJavaSerialization() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(
                        Serializable.class, Externalizable.class, ObjectInputStream.class, ObjectOutputStream.class)
                .because("bytes on disk have a documented format;"
                        + " write the encoding out by hand as dev.wal.record does"));
    }

    @Test
    void nothingPrintsToTheStandardStreams() {
        check(noClasses()
                .should(ACCESS_STANDARD_STREAMS)
                .because("standard output belongs to the application; log through SLF4J"));
    }

    @Test
    void noMethodIsSynchronized() {
        check(noMethods()
                .should()
                .haveModifier(JavaModifier.SYNCHRONIZED)
                .because("a monitor pins virtual threads during I/O and strangers can hold it;"
                        + " use a private ReentrantLock"));
    }

    /** A layer that has no class yet breaks no rule. */
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CORE);
    }

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a package with @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage()
                        .tryGetPackageInfo()
                        .filter(info -> info.isAnnotatedWith(NullMarked.class))
                        .isPresent();
                events.add(new SimpleConditionEvent(
                        type, marked, type.getName() + " is in package " + type.getPackageName()));
            }
        };
    }
}
