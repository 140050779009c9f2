# The orchestrator on Open Liberty, from what the build leaves behind:
#
#     mvn package && docker build -t orchestrator .
#
# Any base will do that has the full Open Liberty in /opt/ol/wlp, its server's directory at /config, the user 1001 in group 0,
# and curl. The version is the one that the tests run with; a digest in its place makes a release reproducible. On Java 21 it
# runs too, but there a virtual thread that waits inside `synchronized` keeps a processor's thread to itself.
ARG BASE_IMAGE=icr.io/appcafe/open-liberty:26.0.0.5-full-java25-openj9-ubi-minimal
FROM ${BASE_IMAGE}

LABEL org.opencontainers.image.title="AppServer Orchestrator" \
      org.opencontainers.image.description="Keeps the containers of the apps of an AppServer as the platform wants them." \
      org.opencontainers.image.licenses="Apache-2.0"

# What changes least comes first. The base's configure.sh is left out: it starts the server once, and this application
# refuses to start without an engine.
COPY --chown=1001:0 target/liberty/wlp/usr/servers/orchestrator/resources/jdbc/postgresql.jar /config/resources/jdbc/
COPY --chown=1001:0 liberty/ /config/
# As a directory: nothing is left to be expanded at the first start.
COPY --chown=1001:0 target/orchestrator/ /config/apps/orchestrator.war/

# Everything else is set by environment variables: see README.md. The engine's socket is mounted, and the group it belongs to
# given at `docker run --group-add`; root is not needed.
USER 1001

# Ready: started, and engine, broker and database answer. What is missing stands in `docker inspect`.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["/bin/sh", "-c", "exec curl -sS --fail-with-body --max-time 4 http://127.0.0.1:${HTTP_PORT:-9080}/health/ready"]
