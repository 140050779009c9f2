package io.appserver.orchestrator.app;

/**
 * An app as the platform's {@code apps} table has it.
 *
 * @param installed whether it should run: the row's state is {@code installed}, in any case
 * @param state the platform's own word for the state, for messages
 */
public record App(AppId id, AppName name, boolean installed, String state) {}
