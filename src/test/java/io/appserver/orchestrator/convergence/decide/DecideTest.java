package io.appserver.orchestrator.convergence.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.convergence.decide.Decision.Remove;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes next for an app, by what is known of it. The words are those of FactsBuilder. */
class DecideTest {

  private static void assertDecision(String given, String decision, String why) {
    Decision decided = Decide.decide(FactsBuilder.of(given));

    assertThat(words(decided)).isEqualTo(decision);
    assertThat(decided.why()).isEqualTo(why);
    assertThat(Decide.decide(FactsBuilder.of(given))).isEqualTo(decided);
  }

  static String words(Decision decision) {
    String name = decision.getClass().getSimpleName();
    String what = decision instanceof Remove remove ? " " + remove.what().name() : "";
    return (name + what).replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          not installed                               | gone          | has nothing here
          not installed, stopped                      | gone          | has nothing here
          not installed, stopped, with data           | gone          | has nothing here
          not installed, healthy, elsewhere           | gone          | has nothing here
          not installed, healthy                      | remove app    | the platform has it as not installed
          not installed, failed                       | remove app    | the platform has it as not installed
          not installed, pending, nowhere             | remove app    | the platform has it as not installed
          not installed, stopping, by hand            | remove app    | the platform has it as not installed
          not installed, stopped, own exited          | remove app    | the platform has it as not installed
          not installed, healthy, elsewhere, own dead | remove app    | the platform has it as not installed
          not installed, healthy, held                | remove app    | the platform has it as not installed
          not installed, healthy, without a list      | remove app    | the platform has it as not installed
          not installed, without a list               | gone          | has nothing here
          unknown                                     | gone          | has nothing here
          unknown, healthy, elsewhere                 | gone          | has nothing here
          unknown, healthy                            | remove orphan | the platform has no such app
          unknown, another running                    | remove orphan | the platform has no such app
          not installed, healthy, to go there         | remove app    | the platform has it as not installed
          unclear, healthy                            | keep          | is left as it is: its row is odd
          unclear, healthy, nowhere                   | keep          | is left as it is: its row is odd
          unclear, healthy, elsewhere                 | rest          | is left as it is: its row is odd
          unclear, failed, own running                | rest          | is left as it is: its row is odd
          unclear                                     | rest          | is left as it is: its row is odd
          """)
  void whatShouldNotRunIsRemovedAndWhatIsUnclearLeftAsItIs(
      String given, String decision, String why) {
    assertDecision(given, decision, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          installed                                         | want               | is installed, and was not deployed yet
          installed, another running                        | want               | is installed, and was not deployed yet
          installed, without a list                         | want               | is installed, and was not deployed yet
          installed, held                                   | want               | is installed, and was not deployed yet
          stopped                                           | want               | is installed, and was not deployed yet
          stopped, with data                                | want               | is installed, and was not deployed yet
          stopped, elsewhere                                | want               | is installed, and was not deployed yet
          stopped, by hand                                  | want               | is installed, and was not deployed yet
          stopped, elsewhere, with data                     | elsewhere          | is on node there
          healthy, elsewhere                                | elsewhere          | is on node there
          failed, elsewhere, held, by hand                  | elsewhere          | is on node there
          pending, elsewhere, without a list                | elsewhere          | is on node there
          healthy, elsewhere, own running                   | mend               | its container is here, and its row names another node
          healthy, elsewhere, previous exited               | mend               | its container is here, and its row names another node
          stopped, elsewhere, with data, own exited         | want               | is installed, and was not deployed yet
          healthy, elsewhere, another running               | remove leftovers   | is on another node, and left containers here
          healthy, elsewhere, stale running                 | remove leftovers   | is on another node, and left containers here
          stopped, elsewhere, with data, another created    | remove leftovers   | is on another node, and left containers here
          healthy, elsewhere, predecessor healthy here      | elsewhere          | is on node there
          installed, predecessor healthy here               | remove predecessor | an app that had its name before is still here
          healthy, own running, predecessor failed here     | remove predecessor | an app that had its name before is still here
          healthy, own running, predecessor pending nowhere | remove predecessor | an app that had its name before is still here
          stopped, predecessor healthy here                 | remove predecessor | an app that had its name before is still here
          healthy, by hand, predecessor stopping here       | remove predecessor | an app that had its name before is still here
          installed, stale running                          | remove predecessor | an app that had its name before is still here
          installed, unlabelled exited                      | remove predecessor | an app that had its name before is still here
          healthy, own running, stale exited                | remove predecessor | an app that had its name before is still here
          healthy, own running, to go there                 | leave              | is to go to node there
          installed, to go there                            | leave              | is to go to node there
          failed, held, by hand, to go there                | leave              | is to go to node there
          healthy, own running, stale running, to go there  | leave              | is to go to node there
          healthy, elsewhere, to go there                   | elsewhere          | is on node there
          healthy, own running, predecessor stopped here    | keep               | runs
          healthy, own running, predecessor healthy there   | keep               | runs
          healthy, own running, nowhere                     | keep               | runs
          """)
  void whereTheAppIsAndWhetherItIsDeployedComesFirst(String given, String decision, String why) {
    assertDecision(given, decision, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          healthy, own running, by hand                                | mend    | its row was set to HEALTHY by hand
          failed, of other settings, by hand                           | mend    | its row was set to FAILED by hand
          stopping, by hand, named otherwise                           | mend    | its row was set to STOPPING by hand
          pending, by hand, held, without a list                       | mend    | its row was set to PENDING by hand
          healthy, own running, named otherwise                        | mend    | its row has another name
          pending, named otherwise, held                               | mend    | its row has another name
          healthy, own running, held                                   | hold    | is to be held
          failed, held                                                 | hold    | is to be held
          pending, held, without a list                                | hold    | is to be held
          pending, held, marked as held, own running                   | hold    | is held, and runs
          pending, held, marked as held, another running               | hold    | is held, and runs
          pending, held, marked as held, own exited                    | rest    | is held
          pending, held, marked as held, own paused                    | rest    | is held
          pending, held, marked as held, own running, without a list   | rest    | is held
          pending, held, marked as held, of other settings, own exited | rest    | is held
          pending, marked as held, own exited                          | release | was released
          failed, marked as held, of other settings                    | release | was released
          """)
  void whatAnyPersonDidIsHeededBeforeWhatTheAppDoes(String given, String decision, String why) {
    assertDecision(given, decision, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          own running                                                       | keep   | runs
          own running, of other settings                                    | update | its settings changed
          without a list, of other settings                                 | update | its settings changed
          of other settings                                                 | update | its settings changed
          own exited, of other settings                                     | update | its settings changed
          own running, of no settings yet                                   | keep   | runs
          own running, of other settings, these rejected                    | keep   | runs
          own running, of other settings, others rejected                   | update | its settings changed
          own running, others rejected                                      | update | its settings changed
          own running, of other settings, these tried                       | update | its settings changed
          own running, of other settings, these tried, waits                | keep   | runs
          own running, of other settings, these tried, update waits         | await update | runs, and an update of it waits
          own running, of other settings, others tried, update waits        | update | its settings changed
          own running, others tried                                         | update | its settings changed
          own running, asked otherwise                                      | update | its settings changed
          own running, asked in no way yet                                  | keep   | runs
          own running, of other settings, tables away                       | update | its settings changed
          own running, of other settings, tables away, waits                | keep   | runs
          own running, to be redeployed                                     | keep   | runs
          own running, wrong settings                                       | update | its settings changed
          own running, wrong settings, wrong ones rejected                  | keep   | runs
          own running, wrong settings, wrong ones tried, update waits       | await update | runs, and an update of it waits
          own running, wrong settings, others tried, these rejected         | update | its settings changed
          own running, wrong settings, wrong ones rejected, asked otherwise | keep   | runs
          own running, of other settings, doubted settings                  | keep   | runs
          own running, of other settings, unasked settings                  | keep   | runs
          """)
  void whatIsHealthyIsUpdatedIfItsSettingsAreNew(String given, String decision, String why) {
    assertDecision("healthy, " + given, decision, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          without a list                            | keep      | is healthy by its row
          without a list, update waits              | keep      | is healthy by its row
          update waits                              | make anew | its container is gone
          another running                           | make anew | its container is gone
          previous exited                           | make anew | its container is gone
          own created                               | start     | its container is created
          own exited                                | start     | its container is exited
          own paused                                | start     | its container is paused
          own restarting                            | start     | its container is restarting
          own removing                              | start     | its container is removing
          own dead                                  | start     | its container is dead
          own exited, another running               | start     | its container is exited
          own exited, update waits                  | start     | its container is exited
          own running, another exited               | clear     | has 2 containers
          own running, previous exited              | clear     | has 2 containers
          another created, own unwell, another dead | clear     | has 3 containers
          own unwell                                | check     | its own health check says that it is not well
          own unwell, update waits                  | check     | its own health check says that it is not well
          own running, update waits                 | await update | runs, and an update of it waits
          """)
  void whatIsHealthyByItsRowIsComparedWithItsContainers(String given, String decision, String why) {
    assertDecision("healthy, " + given, decision, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          image not found                                      | rest     | failed: image_not_found
          installed                                            | rest     | failed: ?
          image not found, own exited                          | rest     | failed: image_not_found
          image not found, own exited, previous exited         | rest     | failed: image_not_found
          image not found, own running                         | clear    | failed, and left something behind
          image not found, previous running                    | clear    | failed, and left something behind
          image not found, another exited                      | clear    | failed, and left something behind
          image not found, another running, without a list     | rest     | failed: image_not_found
          image not found, of other settings                   | try anew | its settings changed since it failed
          image not found, of other settings, own running      | try anew | its settings changed since it failed
          image not found, of other settings, these rejected   | rest     | failed: image_not_found
          image not found, others tried                        | rest     | failed: image_not_found
          image not found, asked otherwise                     | try anew | its settings changed since it failed
          image not found, to be redeployed                    | try anew | its settings changed since it failed
          image not found, to be redeployed, without a list    | try anew | its settings changed since it failed
          tables away, waits, to be redeployed                 | rest     | failed: platform_schema
          image not found, wrong settings                      | try anew | its settings changed since it failed
          image not found, of other settings, doubted settings | rest     | failed: image_not_found
          """)
  void whatFailedRestsUntilItIsAskedForOtherwise(String given, String decision, String why) {
    assertDecision("failed, " + given, decision, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pending                                             | go on  | is pending
          pending, without a list                             | rest   | is pending, and looked at again by itself
          pending, waits                                      | go on  | is pending
          pending, waits, without a list                      | rest   | is pending, and looked at again by itself
          pending, of other settings                          | go on  | is pending
          pending, waits, of other settings                   | update | its settings changed while it waits
          pending, waits, of other settings, without a list   | update | its settings changed while it waits
          pending, waits, of other settings, these tried      | go on  | is pending
          pending, waits, of other settings, these rejected   | go on  | is pending
          pending, waits, others tried                        | go on  | is pending
          pending, waits, asked otherwise                     | update | its settings changed while it waits
          pending, waits, of other settings, tables away      | go on  | is pending
          pending, waits, to be redeployed                    | go on  | is pending
          pending, waits, wrong settings                      | update | its settings changed while it waits
          pending, waits, of other settings, doubted settings | go on  | is pending
          pulling, own running                                | go on  | is pulling
          pulling, own running, without a list                | rest   | is pulling, and looked at again by itself
          creating                                            | go on  | is creating
          starting, own running                               | go on  | is starting
          starting, own running, another running              | go on  | is starting
          unhealthy, own running                              | go on  | is unhealthy
          restarting, own exited, waits                       | go on  | is restarting
          restarting, own exited, waits, of other settings    | update | its settings changed while it waits
          stopping, own running                               | go on  | is stopping
          stopping, without a list                            | rest   | is stopping, and looked at again by itself
          """)
  void whatIsUnderWayGoesOn(String given, String decision, String why) {
    assertDecision(given, decision, why);
  }
}
