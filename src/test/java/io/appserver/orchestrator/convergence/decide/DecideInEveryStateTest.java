package io.appserver.orchestrator.convergence.decide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes next for an app, whatever state its row is in. */
class DecideInEveryStateTest {

  private static void assertDecision(String given, String decision, String why) {
    Decision decided = Decide.decide(FactsBuilder.of(given));

    assertThat(DecideTest.words(decided)).isEqualTo(decision);
    assertThat(decided.why()).isEqualTo(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pending, own running, held    | hold | is to be held
          pulling, own running, held    | hold | is to be held
          creating, own running, held   | hold | is to be held
          starting, own running, held   | hold | is to be held
          healthy, own running, held    | hold | is to be held
          unhealthy, own running, held  | hold | is to be held
          restarting, own running, held | hold | is to be held
          stopping, own running, held   | hold | is to be held
          stopped, own running, held    | want | is installed, and was not deployed yet
          failed, own running, held     | hold | is to be held
          """)
  void anOperatorsHoldIsHeededInEveryState(String given, String decision, String why) {
    assertDecision(given, decision, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pending, own running, by hand    | mend | its row was set to PENDING by hand
          pulling, own running, by hand    | mend | its row was set to PULLING by hand
          creating, own running, by hand   | mend | its row was set to CREATING by hand
          starting, own running, by hand   | mend | its row was set to STARTING by hand
          healthy, own running, by hand    | mend | its row was set to HEALTHY by hand
          unhealthy, own running, by hand  | mend | its row was set to UNHEALTHY by hand
          restarting, own running, by hand | mend | its row was set to RESTARTING by hand
          stopping, own running, by hand   | mend | its row was set to STOPPING by hand
          stopped, own running, by hand    | want | is installed, and was not deployed yet
          failed, own running, by hand     | mend | its row was set to FAILED by hand
          """)
  void aRowThatSomebodyWroteIsPutRightInEveryState(String given, String decision, String why) {
    assertDecision(given, decision, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pending, own running, named otherwise    | mend | its row has another name
          pulling, own running, named otherwise    | mend | its row has another name
          creating, own running, named otherwise   | mend | its row has another name
          starting, own running, named otherwise   | mend | its row has another name
          healthy, own running, named otherwise    | mend | its row has another name
          unhealthy, own running, named otherwise  | mend | its row has another name
          restarting, own running, named otherwise | mend | its row has another name
          stopping, own running, named otherwise   | mend | its row has another name
          stopped, own running, named otherwise    | want | is installed, and was not deployed yet
          failed, own running, named otherwise     | mend | its row has another name
          """)
  void aRowOfAnotherNameIsPutRightInEveryState(String given, String decision, String why) {
    assertDecision(given, decision, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pending, elsewhere    | elsewhere | is on node there
          pulling, elsewhere    | elsewhere | is on node there
          creating, elsewhere   | elsewhere | is on node there
          starting, elsewhere   | elsewhere | is on node there
          healthy, elsewhere    | elsewhere | is on node there
          unhealthy, elsewhere  | elsewhere | is on node there
          restarting, elsewhere | elsewhere | is on node there
          stopping, elsewhere   | elsewhere | is on node there
          stopped, elsewhere    | want      | is installed, and was not deployed yet
          failed, elsewhere     | elsewhere | is on node there
          """)
  void anAppOfAnotherNodeIsLeftToItInEveryState(String given, String decision, String why) {
    assertDecision(given, decision, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pending, elsewhere, own running    | mend | its container is here, and its row names another node
          pulling, elsewhere, own running    | mend | its container is here, and its row names another node
          creating, elsewhere, own running   | mend | its container is here, and its row names another node
          starting, elsewhere, own running   | mend | its container is here, and its row names another node
          healthy, elsewhere, own running    | mend | its container is here, and its row names another node
          unhealthy, elsewhere, own running  | mend | its container is here, and its row names another node
          restarting, elsewhere, own running | mend | its container is here, and its row names another node
          stopping, elsewhere, own running   | mend | its container is here, and its row names another node
          stopped, elsewhere, own running    | want | is installed, and was not deployed yet
          failed, elsewhere, own running     | mend | its container is here, and its row names another node
          """)
  void anAppThatIsFoundHereIsBroughtHomeInEveryState(String given, String decision, String why) {
    assertDecision(given, decision, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pending, own running, to go there    | leave | is to go to node there
          pulling, own running, to go there    | leave | is to go to node there
          creating, own running, to go there   | leave | is to go to node there
          starting, own running, to go there   | leave | is to go to node there
          healthy, own running, to go there    | leave | is to go to node there
          unhealthy, own running, to go there  | leave | is to go to node there
          restarting, own running, to go there | leave | is to go to node there
          stopping, own running, to go there   | leave | is to go to node there
          stopped, own running, to go there    | leave | is to go to node there
          failed, own running, to go there     | leave | is to go to node there
          """)
  void anAppThatIsToGoLeavesInEveryState(String given, String decision, String why) {
    assertDecision(given, decision, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pending, own running, stale exited    | remove predecessor | an app that had its name before is still here
          pulling, own running, stale exited    | remove predecessor | an app that had its name before is still here
          creating, own running, stale exited   | remove predecessor | an app that had its name before is still here
          starting, own running, stale exited   | remove predecessor | an app that had its name before is still here
          healthy, own running, stale exited    | remove predecessor | an app that had its name before is still here
          unhealthy, own running, stale exited  | remove predecessor | an app that had its name before is still here
          restarting, own running, stale exited | remove predecessor | an app that had its name before is still here
          stopping, own running, stale exited   | remove predecessor | an app that had its name before is still here
          stopped, own running, stale exited    | remove predecessor | an app that had its name before is still here
          failed, own running, stale exited     | remove predecessor | an app that had its name before is still here
          """)
  void aPredecessorGoesFirstInEveryState(String given, String decision, String why) {
    assertDecision(given, decision, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          not installed, pending    | remove app | the platform has it as not installed
          not installed, pulling    | remove app | the platform has it as not installed
          not installed, creating   | remove app | the platform has it as not installed
          not installed, starting   | remove app | the platform has it as not installed
          not installed, healthy    | remove app | the platform has it as not installed
          not installed, unhealthy  | remove app | the platform has it as not installed
          not installed, restarting | remove app | the platform has it as not installed
          not installed, stopping   | remove app | the platform has it as not installed
          not installed, stopped    | gone       | has nothing here
          not installed, failed     | remove app | the platform has it as not installed
          """)
  void whatIsNotInstalledGoesInEveryState(String given, String decision, String why) {
    assertDecision(given, decision, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          unknown, pending    | remove orphan | the platform has no such app
          unknown, pulling    | remove orphan | the platform has no such app
          unknown, creating   | remove orphan | the platform has no such app
          unknown, starting   | remove orphan | the platform has no such app
          unknown, healthy    | remove orphan | the platform has no such app
          unknown, unhealthy  | remove orphan | the platform has no such app
          unknown, restarting | remove orphan | the platform has no such app
          unknown, stopping   | remove orphan | the platform has no such app
          unknown, stopped    | gone          | has nothing here
          unknown, failed     | remove orphan | the platform has no such app
          """)
  void whatThePlatformDoesNotKnowIsAnOrphanInEveryState(String given, String decision, String why) {
    assertDecision(given, decision, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pending, without a list    | rest | is pending, and looked at again by itself
          pulling, without a list    | rest | is pulling, and looked at again by itself
          creating, without a list   | rest | is creating, and looked at again by itself
          starting, without a list   | rest | is starting, and looked at again by itself
          healthy, without a list    | keep | is healthy by its row
          unhealthy, without a list  | rest | is unhealthy, and looked at again by itself
          restarting, without a list | rest | is restarting, and looked at again by itself
          stopping, without a list   | rest | is stopping, and looked at again by itself
          stopped, without a list    | want | is installed, and was not deployed yet
          failed, without a list     | rest | failed: ?
          """)
  void byItsRowAloneWhatIsUnderWayIsLeftToItsOwnLook(String given, String decision, String why) {
    assertDecision(given, decision, why);
  }
}
