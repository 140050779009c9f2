package io.appserver.orchestrator.startup;

/**
 * What a login of the database may do.
 *
 * @param administrator whether it is a superuser, or may make logins or bypass row security
 * @param owner whether it owns the platform's schema or a table in it, by itself or by a role that
 *     it is a member of
 * @param writer whether it may change rows of a table in the platform's schema
 */
public record LoginRights(boolean administrator, boolean owner, boolean writer) {}
