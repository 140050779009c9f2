package io.appserver.orchestrator.rest.view;

import java.util.List;
import java.util.Map;

/**
 * A page of the apps that a query asks for.
 *
 * @param total how many it asks for, on all pages
 * @param counts of all apps, by state
 */
public record Listing(
    List<DeploymentView> items, int total, int page, int size, Map<String, Long> counts) {}
