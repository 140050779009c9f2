package io.appserver.orchestrator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.appserver.orchestrator.container.RuntimeControl;
import org.jspecify.annotations.NullMarked;

/** Who may import whom. An arrow that is not here is a mistake, in the code or in this list. */
@AnalyzeClasses(packages = "io.appserver.orchestrator", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String ROOT = "io.appserver.orchestrator.";

  @ArchTest
  static final ArchRule packagesImportOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("io.appserver.orchestrator..")
          .layer("configuration")
          .definedBy(ROOT + "configuration..")
          .layer("app")
          .definedBy(ROOT + "app..")
          .layer("deployment")
          .definedBy(ROOT + "deployment..")
          .layer("explanation")
          .definedBy(ROOT + "explanation..")
          .layer("container")
          .definedBy(ROOT + "container..")
          .layer("environment")
          .definedBy(ROOT + "environment..")
          .layer("convergence")
          .definedBy(ROOT + "convergence..")
          .layer("intake")
          .definedBy(ROOT + "intake..")
          .layer("supervision")
          .definedBy(ROOT + "supervision..")
          .layer("startup")
          .definedBy(ROOT + "startup..")
          .layer("doctor")
          .definedBy(ROOT + "doctor..")
          .layer("rest")
          .definedBy(ROOT + "rest..")
          .layer("health")
          .definedBy(ROOT + "health..")
          .layer("metrics")
          .definedBy(ROOT + "metrics..")
          .layer("tracing")
          .definedBy(ROOT + "tracing..")
          .whereLayer("configuration")
          .mayNotAccessAnyLayer()
          .whereLayer("app")
          .mayOnlyAccessLayers("configuration")
          .whereLayer("deployment")
          .mayOnlyAccessLayers("app")
          .whereLayer("explanation")
          .mayOnlyAccessLayers("app", "deployment")
          .whereLayer("container")
          .mayOnlyAccessLayers("configuration", "app", "deployment")
          .whereLayer("environment")
          .mayOnlyAccessLayers("configuration", "app", "container")
          .whereLayer("convergence")
          .mayOnlyAccessLayers(
              "configuration", "app", "deployment", "explanation", "container", "environment")
          .whereLayer("intake")
          .mayOnlyAccessLayers("configuration", "app", "deployment", "convergence")
          .whereLayer("supervision")
          .mayOnlyAccessLayers("configuration", "app", "deployment", "container", "convergence")
          .whereLayer("startup")
          .mayOnlyAccessLayers(
              "configuration",
              "app",
              "deployment",
              "container",
              "convergence",
              "intake",
              "supervision")
          .whereLayer("doctor")
          .mayOnlyBeAccessedByLayers("rest")
          .whereLayer("rest")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("health")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("metrics")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("tracing")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule nothingGoesInCircles =
      slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyConvergenceChangesContainers =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "convergence", ROOT + "container..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(RuntimeControl.class);

  @ArchTest
  static final ArchRule adaptersAreFoundByTheirInterfaces =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              ROOT + "container.docker",
              ROOT + "container.probe",
              ROOT + "container.registry",
              "io.appserver.orchestrator..jpa")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "container.docker..",
              ROOT + "container.probe..",
              ROOT + "container.registry..",
              "io.appserver.orchestrator..jpa..");

  @ArchTest
  static final ArchRule librariesStayInTheirAdapters =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "container.docker..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.github.dockerjava..");

  @ArchTest
  static final ArchRule brokerStaysInItsAdapter =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "intake.amqp..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.rabbitmq..");

  @ArchTest
  static final ArchRule openTelemetryStaysInItsAdapter =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "tracing..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.opentelemetry..");

  @ArchTest
  static final ArchRule everyPackageIsNullMarked =
      classes().that().haveSimpleName("package-info").should().beAnnotatedWith(NullMarked.class);
}
