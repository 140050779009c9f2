package io.appserver.orchestrator.rest.access;

/** What one may do who is logged in. */
public final class Roles {

  /** May look. */
  public static final String VIEWER = "viewer";

  /** May do everything. */
  public static final String OPERATOR = "operator";

  private Roles() {}
}
