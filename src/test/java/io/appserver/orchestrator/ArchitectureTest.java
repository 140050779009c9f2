package io.appserver.orchestrator;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.convergence.work.Transactions;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.failure.RecurringTask;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.RuntimeControl;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.startup.ExecutorProducer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Timer;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

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
          .layer("failure")
          .definedBy(ROOT + "failure..")
          .layer("deployment")
          .definedBy(ROOT + "deployment..")
          .layer("runtime")
          .definedBy(ROOT + "runtime..")
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
          .whereLayer("failure")
          .mayOnlyAccessLayers("app")
          .whereLayer("deployment")
          .mayOnlyAccessLayers("app", "failure")
          .whereLayer("runtime")
          .mayOnlyAccessLayers("configuration", "app", "failure")
          .whereLayer("environment")
          .mayOnlyAccessLayers("configuration", "app", "runtime")
          .whereLayer("convergence")
          .mayOnlyAccessLayers(
              "configuration", "app", "failure", "deployment", "runtime", "environment")
          .whereLayer("intake")
          .mayOnlyAccessLayers("configuration", "app", "failure", "deployment", "convergence")
          .whereLayer("supervision")
          .mayOnlyAccessLayers(
              "configuration", "app", "failure", "deployment", "runtime", "convergence")
          .whereLayer("startup")
          .mayOnlyAccessLayers(
              "configuration",
              "app",
              "failure",
              "deployment",
              "runtime",
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

  /** Each package is a room of its own: also those inside of a part import one way. */
  @ArchTest
  static final ArchRule noPackageGoesInCircles =
      slices().matching(ROOT + "(**)").should().beFreeOfCycles();

  /** What an app's settings ask for is worked out in one place. */
  @ArchTest
  static final ArchRule onlyTheSpecReadsSettings =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "convergence.spec")
          .and()
          .doNotBelongToAnyOf(AppSettings.class)
          .should()
          .callConstructor(ImageReference.class, String.class, String.class, String.class)
          .orShould()
          .callMethod(AppSettings.class, "parse", Map.class)
          .orShould()
          .callMethod(AppSettings.class, "areAbsent", Map.class);

  /** What comes next is decided by facts: no port, no store and no clock is asked on the way. */
  @ArchTest
  static final ArchRule decisionsAreMadeOfFacts =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "convergence.decide..")
          .should()
          .dependOnClassesThat(
              belongToAnyOf(
                      RuntimeView.class,
                      RuntimeControl.class,
                      HealthProbe.class,
                      AppCatalog.class,
                      Deployments.class,
                      Volumes.class,
                      OperatorRequests.class,
                      WorkStore.class,
                      Transactions.class,
                      TimeSource.class,
                      Clock.class,
                      InstantSource.class)
                  .or(resideInAnyPackage("java.sql..", "javax.sql..", "jakarta..")))
          .orShould()
          .callMethod(Instant.class, "now");

  /** A look is the same for every engine: how one runs apps is behind the workload port. */
  @ArchTest
  static final ArchRule looksKnowNoContainers =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + "convergence.look..", ROOT + "convergence.workload..")
          .should()
          .dependOnClassesThat(
              belongToAnyOf(
                      RuntimeView.class,
                      RuntimeControl.class,
                      HealthProbe.class,
                      ObservedContainer.class,
                      ContainerLabels.class)
                  .or(
                      resideInAnyPackage(
                          ROOT + "convergence.container..", ROOT + "convergence.engine..")));

  @ArchTest
  static final ArchRule onlyConvergenceChangesContainers =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "convergence..", ROOT + "runtime..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(RuntimeControl.class);

  @ArchTest
  static final ArchRule adaptersAreFoundByTheirInterfaces =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              ROOT + "runtime.docker",
              ROOT + "runtime.probe",
              ROOT + "runtime.image",
              ROOT + "runtime.call",
              "io.appserver.orchestrator..jpa")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "runtime.docker..",
              ROOT + "runtime.probe..",
              ROOT + "runtime.image..",
              ROOT + "runtime.call..",
              "io.appserver.orchestrator..jpa..");

  @ArchTest
  static final ArchRule librariesStayInTheirAdapters =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "runtime.docker..")
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
          .resideInAnyPackage("com.rabbitmq..", ROOT + "intake.amqp..");

  /** What its interceptors throw is no business of those who use the runtime port. */
  @ArchTest
  static final ArchRule faultToleranceStaysAroundTheCalls =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "runtime.call..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.eclipse.microprofile.faulttolerance..");

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

  /** Where else a source of settings is read, and why: ADR 28. */
  @ArchTest
  static final ArchRule settingsAreReadInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "configuration..")
          .and()
          .haveNameNotMatching(".*\\.DeadLettersCommand")
          .should()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .dependOnClassesThat(belongToAnyOf(ConfigProvider.class, ConfigProperty.class));

  /**
   * A thread of the server's own knows the application's names and ends with it, and all of them
   * are counted in one place. The command is no part of the server.
   */
  @ArchTest
  static final ArchRule threadsAreTheServers =
      noClasses()
          .that()
          .areNotAssignableTo(ExecutorProducer.class)
          .and()
          .haveNameNotMatching(".*\\.DeadLettersCommand")
          .should()
          .callCodeUnitWhere(target(owner(belongToAnyOf(Executors.class, ForkJoinPool.class))))
          .orShould()
          .callConstructorWhere(target(owner(belongToAnyOf(Thread.class, Timer.class))))
          .orShould()
          .callMethodWhere(
              target(owner(belongToAnyOf(Thread.class)))
                  .and(target(nameMatching("of.*|start.*Thread"))))
          .orShould()
          .callMethodWhere(target(nameMatching("parallel|parallelStream")))
          .orShould()
          .callMethod(CompletableFuture.class, "runAsync", Runnable.class)
          .orShould()
          .callMethod(CompletableFuture.class, "supplyAsync", Supplier.class)
          .because("of ADR 6");

  @ArchTest
  static final ArchRule whatIsDoneAgainAndAgainOutlivesWhatIsThrownInIt =
      noClasses()
          .that()
          .areNotAssignableTo(RecurringTask.class)
          .should()
          .callMethodWhere(
              target(name("scheduleWithFixedDelay")).or(target(name("scheduleAtFixedRate"))))
          .because("a schedule of the JDK's ends with the first exception, without a word");

  /** The server looks for none there, so that it starts sooner. */
  @ArchTest
  static void packagesThatAreLeftOutOfTheSearchForBeansHaveNone(JavaClasses all)
      throws IOException {
    String[] leftOut =
        Pattern.compile("<exclude name=\"([a-z.]+)\\.\\*\"/>")
            .matcher(Files.readString(Path.of("src/main/webapp/WEB-INF/beans.xml")))
            .results()
            .map(found -> found.group(1))
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAnyPackage(leftOut)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jakarta.inject..", "jakarta.enterprise..", "jakarta.interceptor..")
        .check(all);
  }

  /**
   * A class says by its constructor what it needs; one that needs more does too much. A record only
   * says what it is made of.
   */
  @ArchTest
  static final ArchRule constructorsAskForFewThings =
      constructors()
          .that()
          .areDeclaredInClassesThat()
          .areNotRecords()
          .and()
          .areDeclaredInClassesThat()
          .areNotAnonymousClasses()
          .and()
          .areDeclaredInClassesThat()
          .areNotEnums()
          .should(haveAtMost(7));

  private static ArchCondition<JavaConstructor> haveAtMost(int parameters) {
    return new ArchCondition<>("have at most %d parameters".formatted(parameters)) {
      @Override
      public void check(JavaConstructor constructor, ConditionEvents events) {
        if (constructor.getRawParameterTypes().size() > parameters) {
          events.add(SimpleConditionEvent.violated(constructor, constructor.getDescription()));
        }
      }
    };
  }

  /** So many lines has a class at most, those above it included. */
  private static final int LONGEST = 300;

  @Test
  void noClassIsTooLongToBeReadAtOnce() throws IOException {
    var tooLong = new TreeMap<String, Integer>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        int lines = Files.readAllLines(file).size();
        if (lines > LONGEST) {
          tooLong.put(file.getFileName().toString(), lines);
        }
      }
    }
    assertThat(tooLong).isEmpty();
  }
}
