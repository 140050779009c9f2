package io.appserver.orchestrator.rest;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;

/** Where the API is. */
@ApplicationPath("/api/v1")
@OpenAPIDefinition(
    info =
        @Info(
            title = "AppServer Orchestrator",
            version = "1",
            description =
                "What runs, why, and what may be done about it. Errors are problem details (RFC 9457); their `code` is"
                    + " a word that /explanations explains. Whoever is logged in may read; what changes something needs"
                    + " the role operator. Times are in UTC (ISO 8601); what is unknown or not so is left out."),
    security = {
      @SecurityRequirement(name = "password"),
      @SecurityRequirement(name = "token"),
      @SecurityRequirement(name = "session")
    })
@SecurityScheme(
    securitySchemeName = "password",
    type = SecuritySchemeType.HTTP,
    scheme = "basic",
    description = "APPSERVER_ADMIN_USER and its password, or the viewer's")
@SecurityScheme(
    securitySchemeName = "token",
    type = SecuritySchemeType.HTTP,
    scheme = "bearer",
    bearerFormat = "JWT",
    description = "of the issuer MP_JWT_VERIFY_ISSUER, where one is set")
@SecurityScheme(
    securitySchemeName = "session",
    type = SecuritySchemeType.APIKEY,
    in = org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeIn.COOKIE,
    apiKeyName = "orchestrator",
    description = "begun by POST /session")
public class Api extends Application {}
