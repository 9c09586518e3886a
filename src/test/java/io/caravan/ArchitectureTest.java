package io.caravan;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.caravan.dialect.Dialect;
import org.jspecify.annotations.NullMarked;

/** The shape of the whole. */
@AnalyzeClasses(packages = "io.caravan", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final DescribedPredicate<JavaClass> MAY_KNOW_CAMEL = resideInAPackage("io.caravan.camel..")
            .or(simpleName("App"))
            .or(simpleName("Beans"))
            .or(DescribedPredicate.describe(
                    "belong to App or Beans",
                    type -> type.getName().startsWith("io.caravan.App$")
                            || type.getName().startsWith("io.caravan.Beans$")));

    @ArchTest
    static final ArchRule onlyTheCamelPackageAndTheStartKnowCamel = noClasses()
            .that(DescribedPredicate.not(MAY_KNOW_CAMEL))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.camel..");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("io.caravan.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noWireFormatKnowsAnother =
            slices().matching("io.caravan.dialect.(*)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule aWireFormatShowsOnlyItsDialect = classes()
            .that()
            .resideInAPackage("io.caravan.dialect.*..")
            .and()
            .arePublic()
            .should()
            .implement(Dialect.class);

    @ArchTest
    static final ArchRule whatWireFormatsShareKnowsNoneOfThem = noClasses()
            .that()
            .resideInAPackage("io.caravan.dialect")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.caravan.dialect.*..");

    @ArchTest
    static final ArchRule wireFormatsKnowNobodyWhoAsks = noClasses()
            .that()
            .resideInAPackage("io.caravan.dialect..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.caravan..")
                    .and(DescribedPredicate.not(resideInAnyPackage(
                            "io.caravan.dialect..",
                            "io.caravan.stream..",
                            "io.caravan.chat..",
                            "io.caravan.failure..",
                            "io.caravan.settings.."))));

    @ArchTest
    static final ArchRule onlyTheFactoryAndGeminisPathNameAWireFormat = noClasses()
            .that(resideOutsideOfPackages("io.caravan.dialect..")
                    .and(DescribedPredicate.not(simpleName("Dialects").or(simpleName("ModelPath")))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.caravan.dialect.*..");

    @ArchTest
    static final ArchRule streamsKnowNoJson = noClasses()
            .that()
            .resideInAPackage("io.caravan.stream..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml.jackson..");

    @ArchTest
    static final ArchRule everyPackageIsNullMarked = classes().should(resideInANullMarkedPackage());

    @ArchTest
    static final ArchRule namesSayWhatAClassIs = noClasses()
            .should()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameStartingWith("Abstract");

    @ArchTest
    static final ArchRule nothingShippedNeedsTheDemo = noClasses()
            .that()
            .resideOutsideOfPackages("io.caravan.demo..", "io.caravan.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.caravan.demo..");

    @ArchTest
    static final ArchRule protocolsKnowNoRuntime = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.caravan.stream..", "io.caravan.chat..", "io.caravan.failure..", "io.caravan.dialect..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "org.apache.hc..", "io.github.resilience4j..");

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a package that is @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(
                        type, marked, type.getName() + " is in " + type.getPackageName() + ", not @NullMarked"));
            }
        };
    }
}
