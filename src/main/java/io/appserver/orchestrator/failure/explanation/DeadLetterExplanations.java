package io.appserver.orchestrator.failure.explanation;

import java.util.List;

/**
 * Of what makes an event a dead letter before any deployment is tried. Those for which a deployment
 * failed carry that failure's code.
 */
final class DeadLetterExplanations {

  private static final String RIGHT_BODY =
      "`{\"AppName\": \"de.easy-m.statistics\", \"AppID\": \"<uuid>\"}`";

  private static final String AFTERWARDS = "a replay, or the next event for the app";

  private DeadLetterExplanations() {}

  static List<Explanation> all() {
    return List.of(
        unreadable(
            "empty_body",
            "The event has no body",
            "The message was empty, so it names no app.",
            "The sender published before it had written the body, or somebody published by hand."),
        unreadable(
            "too_large",
            "The event is too large",
            "The body has more than 64 KiB, or the headers more than 32 KiB; an event needs a few hundred bytes. It was not read.",
            "Something else is published with the routing key of the events."),
        unreadable(
            "malformed_json",
            "The event is not JSON",
            "The body could not be read as JSON in UTF-8; the message says where it breaks off. This is what the guide calls a poisoned message; it does not come back.",
            "A fault in the sender, a body cut off, or one that was compressed or encoded."),
        unreadable(
            "not_an_object",
            "The event is no JSON object",
            "The body is JSON, but a list, a text or a number.",
            "The sender puts several events into one message, or encodes the object twice."),
        unreadable(
            "wrong_type",
            "The app's name or id is not a text",
            "The body has the app's name or id as a number, an object or a list.",
            "A changed field type in the sender."),
        unreadable(
            "app_missing",
            "The event names no app",
            "The body has neither `AppName` (`app_name`, `appName`) nor `AppID` (`app_id`, `appId`, `AggregateID`).",
            "The sender spells the field otherwise, or wraps the event in something else than `data` or `payload`."),
        unreadable(
            "invalid_app_name",
            "The app's name cannot be one",
            "Names are lower-case letters and digits joined by single `.`, `_` or `-`, at most 128 characters: they become names of images, containers and hosts.",
            "A display name was sent instead of the app's name, or a name with capitals."),
        unreadable(
            "invalid_app_id",
            "The app's id is no UUID",
            "The body has no app name, and its id is no UUID.",
            "Another kind of id was sent."),
        unreadable(
            "contradiction",
            "The event says two different things",
            "The body gives more than one app name or id, and they differ, so it is not known which is meant.",
            "An outer and an inner envelope of the sender do not agree."),
        unreadable(
            "unreadable",
            "The message's headers cannot be read",
            "The broker moved the message to the dead letters, and its headers are of a kind that no client reads. A replay sends the body without them.",
            "A sender with a faulty or very new client library."),
        Draft.of(
                "The platform has no such app",
                "The event names an app that AppServer's table `apps` does not have, and did not get for 30 seconds: as long as an event may outrun its own commit.")
            .causes(
                "AppServer rolled its transaction back after it had published.",
                "The event is from another platform: broker or database belong to a different one.",
                "The app was deleted since.")
            .cures(
                "Look for it: `SELECT id, name, state FROM appserver.apps WHERE name = '<app>'`. If it is there now, replay the dead letter.",
                "Check that `APPSERVER_RABBITMQ_URL` and `APPSERVER_DB_HOST`, `_NAME`, `_SCHEMA` belong to the same platform.",
                "If nobody wants the app: discard the dead letter.")
            .as("app_unknown", AFTERWARDS, List.of("replay", "discard")),
        Draft.of(
                "The broker gave the message up",
                "The queue's delivery limit was passed: the message was delivered again and again and never acknowledged.")
            .causes(
                "The orchestrator was killed, or lost its connection, many times while it held the message.",
                "A fault of the orchestrator that ends it on this message.")
            .cures(
                "Replay it: it is kept and acknowledged at once if all is well.",
                "If it comes back: `docker logs orchestrator` around the times of its deliveries.")
            .as("delivery_limit", AFTERWARDS, List.of("replay", "discard")),
        Draft.of(
                "The message was rejected",
                "Somebody rejected the message without wanting it back, and the broker moved it here.")
            .causes(
                "Another program consumes from the orchestrator's queue, or somebody did by hand.",
                "The body was too large for the orchestrator to take in.")
            .cures(
                "See who consumes: `curl -s -u guest:guest \"http://localhost:15672/api/queues/%2f/orchestrator.subscriber.app.installed\" | jq '.consumer_details'`.",
                "Replay it.")
            .as("rejected", AFTERWARDS, List.of("replay", "discard")),
        Draft.of(
                "The message was too old for its queue",
                "A time to live at the queue or the message ended before it was taken.")
            .causes(
                "A policy at the broker (`message-ttl`) applies to the orchestrator's queues.",
                "The orchestrator was away for longer than that.")
            .cures(
                "Take the policy off: `rabbitmqctl list_policies`, `rabbitmqctl clear_policy <name>`.",
                "Replay it; what should run is known from the database in any case.")
            .as("expired", AFTERWARDS, List.of("replay", "discard")),
        Draft.of(
                "The queue was full",
                "A limit of length at the queue was passed, and the broker moved the oldest message here.")
            .causes(
                "A policy at the broker (`max-length`) applies to the orchestrator's queues.",
                "The orchestrator was away while many events came.")
            .cures(
                "Take the policy off: `rabbitmqctl list_policies`, `rabbitmqctl clear_policy <name>`.",
                "Replay it; what should run is known from the database in any case.")
            .as("maxlen", AFTERWARDS, List.of("replay", "discard")),
        Draft.of(
                "It is not known why the message is here",
                "The message bears neither the orchestrator's headers nor the broker's.")
            .causes("Somebody published it to `orchestrator.dead-letter` by hand.")
            .cures("Look at its body and headers; replay it if it is an event, else discard it.")
            .as("unknown", AFTERWARDS, List.of("replay", "discard")));
  }

  /** Another replay cannot make it readable. */
  private static Explanation unreadable(String code, String title, String what, String cause) {
    return Draft.of(title, what)
        .causes(cause)
        .cures(
            "Correct the sender: a body such as %s is right.".formatted(RIGHT_BODY),
            "Have the event sent anew: install or uninstall the app again in AppServer. The orchestrator also finds by itself, within seconds, what the database says should run.",
            "Then discard the dead letter; the queue need not be purged.")
        .as(code, "a correct event for the app", List.of("discard"));
  }
}
