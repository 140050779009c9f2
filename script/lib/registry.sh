# shellcheck shell=bash
# The private registry the applications' images come from. Loopback only: it is the engine on this host that pulls, and an engine
# speaks plain HTTP to loopback registries without being told to.

registry_address() {
  printf '127.0.0.1:%s' "$REGISTRY_PORT"
}

registry_answers() {
  # By a configuration on stdin, so that the password is in nobody's process list.
  [[ -n $REGISTRY_PORT ]] &&
    curl -fsS --max-time 2 -o /dev/null -K - "http://$(registry_address)/v2/" <<<"user = \"$REGISTRY_USER:$REGISTRY_PASSWORD\""
}

write_registry_configuration() {
  htpasswd -niB -C 4 "$REGISTRY_USER" <<<"$REGISTRY_PASSWORD" >"$STATE/registry/htpasswd"
  cat >"$STATE/registry/config.yml" <<YAML
version: 0.1
log:
  level: info
storage:
  filesystem:
    rootdirectory: $STATE/registry/data
  delete:
    enabled: true
http:
  addr: $(registry_address)
  secret: $(random_password)
auth:
  htpasswd:
    realm: orchestrator
    path: $STATE/registry/htpasswd
YAML
  # What our own docker client pushes with.
  printf '{"auths":{"%s":{"auth":"%s"}}}\n' "$(registry_address)" \
    "$(printf '%s:%s' "$REGISTRY_USER" "$REGISTRY_PASSWORD" | base64 -w0)" >"$STATE/docker/config.json"
}

start_registry() {
  local began
  began=$(now_ms)
  write_registry_configuration
  start_daemon registry "$STATE/registry" docker-registry serve "$STATE/registry/config.yml"
  await_service registry 20 "$DAEMON_PID" registry_answers
  say "registry is ready at $(registry_address) ($(seconds_since "$began"))"
}

stop_registry() {
  stop_all_of registry 5
}
