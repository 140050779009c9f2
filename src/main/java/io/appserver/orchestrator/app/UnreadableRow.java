package io.appserver.orchestrator.app;

import java.util.Optional;

/**
 * A row of {@code apps} that cannot be read: nobody knows what should become of its app, so nothing
 * does.
 *
 * @param name the app's, where that can be read
 * @param installed whether its state says so
 * @param words which row, and what is wrong with it
 */
public record UnreadableRow(Optional<AppName> name, boolean installed, String words) {}
