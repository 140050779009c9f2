# shellcheck shell=bash
# The container engine: one that answers is used as it is; where none does, dockerd is started at the usual socket.
# An engine started here serves every checkout on the host, so each registers as a user and the last one out stops it.

ENGINE_SOCKET=${DOCKER_HOST:-unix:///var/run/docker.sock}
ENGINE_SOCKET=${ENGINE_SOCKET#unix://}

DOCKER=/usr/bin/docker
[[ -x $DOCKER ]] || DOCKER=docker

engine_needs_a_socket() {
  [[ $ENGINE_SOCKET == /* ]] ||
    fail "DOCKER_HOST is $DOCKER_HOST: only an engine behind a Unix socket can be used here." "Unset DOCKER_HOST, or set it to unix:///path/to/docker.sock."
}

# docker_cli ARGUMENT...: with a deadline (the client waits for ever on a stopped daemon) and its own configuration
# (never the user's credentials, contexts or plugins). The classic builder is the one every client and engine has.
docker_cli() {
  DOCKER_HOST=unix://$ENGINE_SOCKET DOCKER_CONFIG=$STATE/docker DOCKER_BUILDKIT=0 DOCKER_CLI_HINTS=false DOCKER_CONTEXT='' \
    timeout --foreground "${DOCKER_DEADLINE:-60}" "$DOCKER" "$@"
}

engine_answers() {
  [[ $(curl -fsS --max-time 2 --unix-socket "$ENGINE_SOCKET" http://engine/_ping 2>/dev/null) == OK ]]
}

# Somebody listens at the socket, answering or not. The kernel knows it by the path it was bound with, /var/run or /run.
engine_socket_is_held() {
  awk -v path="$ENGINE_SOCKET" -v real="$(readlink -f "$ENGINE_SOCKET")" \
    '($NF == path || $NF == real) && $4 == "00010000" { found = 1 } END { exit !found }' /proc/net/unix
}

# The directory of the running engine, if a run of these scripts (this checkout's or another's) started it.
engine_home() {
  local root
  root=$(docker_cli info --format '{{.DockerRootDir}}' 2>/dev/null) || return 1
  [[ $root == */engine/data && -d ${root%/data}/users ]] || return 1
  printf '%s' "${root%/data}"
}

# Users that were deleted together with their checkout do not count.
engine_users() {
  local home=$1 entry
  for entry in "$home"/users/*; do
    if [[ -e $entry ]] && [[ -d $(<"$entry") ]]; then printf '%s\n' "$(<"$entry")"; fi
  done
}

engine_user_entry() {
  printf '%s/users/%s' "$1" "$(cksum <<<"$STATE" | cut -d' ' -f1)"
}

register_with_engine() {
  local home
  if home=$(engine_home); then
    printf '%s\n' "$STATE" >"$(engine_user_entry "$home")"
  fi
}

# The pid of the dockerd that belongs to an engine directory, if it lives.
engine_pid() {
  local pid
  pid=$(cat "$1/docker.pid" 2>/dev/null) || return 1
  [[ $(cat "/proc/$pid/comm" 2>/dev/null) == dockerd ]] && ! grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null || return 1
  grep -qzF -- "$1/daemon.json" "/proc/$pid/cmdline" || return 1
  printf '%s' "$pid"
}

engine_is_gone() {
  ! engine_pid "$1" >/dev/null
}

# stop_engine HOME
stop_engine() {
  local home=$1 pid
  if pid=$(engine_pid "$home"); then
    kill -TERM "$pid"
    kill -CONT "$pid"
    if ! wait_for 30 engine_is_gone "$home"; then
      kill -KILL "$pid" 2>/dev/null || true
      wait_for 5 engine_is_gone "$home" || true
    fi
  fi
  clear_stale_engine_files "$home"
}

# After a kill -9 or a reboot these name processes that are gone, or others that took their numbers; dockerd refuses to start over them.
clear_stale_engine_files() {
  local home=$1
  rm -f "$home/docker.pid" "$home/exec/containerd/containerd.pid" "$(engine_exec_root "$home")/containerd/containerd.pid"
}

# Socket paths end at 107 characters; a deep checkout leaves too few for containerd's.
engine_exec_root() {
  if ((${#1} > 70)); then
    printf '/run/orchestrator-engine-%s' "$(cksum <<<"$1" | cut -d' ' -f1)"
  else
    printf '%s/exec' "$1"
  fi
}

# A file of its own, so that the host's daemon.json neither applies nor clashes.
write_engine_configuration() {
  cat >"$STATE/engine/daemon.json" <<JSON
{
  "hosts": ["unix://$ENGINE_SOCKET"],
  "data-root": "$STATE/engine/data",
  "exec-root": "$(engine_exec_root "$STATE/engine")",
  "pidfile": "$STATE/engine/docker.pid",
  "log-level": "warn"
}
JSON
}

# Makes sure that an engine answers, and that we count among its users.
start_engine() {
  local began
  if engine_answers; then
    register_with_engine
    return
  fi
  ((EUID == 0)) ||
    fail "No container engine answers at $ENGINE_SOCKET, and starting one takes root." "Start Docker, or run this as root."

  # Two checkouts starting at once must not start two engines: the second would take the socket from the first.
  exec {ENGINE_LOCK}>"$ENGINE_SOCKET.lock"
  flock --timeout 60 "$ENGINE_LOCK" || fail "Another run has been starting an engine for a minute." "See who: fuser $ENGINE_SOCKET.lock"
  if ! engine_answers; then
    began=$(now_ms)
    # Ours but silent (stopped, hung): replace it.
    stop_engine "$STATE/engine"
    if engine_socket_is_held; then
      fail "A container engine holds $ENGINE_SOCKET but does not answer, and it is not ours to restart." "Restart it, then run this again."
    fi
    mkdir -p "$STATE/engine/users"
    write_engine_configuration
    start_daemon engine "$STATE/engine" dockerd --config-file "$STATE/engine/daemon.json"
    await_service engine 60 "$DAEMON_PID" engine_answers
    say "engine is ready at $ENGINE_SOCKET ($(seconds_since "$began"))"
  fi
  register_with_engine
  exec {ENGINE_LOCK}>&-
}

# The network device of the applications' network; fails if there is no such network.
network_device() {
  docker_cli network inspect "$NETWORK" \
    --format '{{with index .Options "com.docker.network.bridge.name"}}{{.}}{{else}}br-{{printf "%.12s" .Id}}{{end}}' 2>/dev/null
}

# host_address DEVICE: the host's own address there. Not the gateway the network was created with: the engine does not tell one it chose itself,
# and the host need not have it.
host_address() {
  { ip -o -4 address show dev "$1" 2>/dev/null || true; } | awk '{ sub("/.*", "", $4); print $4; exit }'
}

# The network is there, and what listens on its address listens on the right one.
network_is_as_recorded() {
  local device
  [[ -n $NETWORK ]] && device=$(network_device) && [[ $(host_address "$device") == "$BRIDGE_ADDRESS" ]]
}

network_id() {
  docker_cli network inspect --format '{{.Id}}' "$NETWORK" 2>/dev/null
}

# Makes sure the network is there; sets BRIDGE_ADDRESS to the host's address on it, empty where the host has none
# (an engine in a virtual machine): then only what runs on the host reaches the services.
prepare_network() {
  NETWORK=${APPSERVER_DOCKER_NETWORK_NAME:-${NETWORK:-appserver-network}}
  if [[ -z $(network_id) ]]; then
    # Created by someone else in between is as good.
    if docker_cli network create "$NETWORK" >/dev/null 2>&1; then
      NETWORK_CREATED=$(network_id)
    fi
  fi
  BRIDGE_ADDRESS=$(host_address "$(network_device)")
  [[ -n $BRIDGE_ADDRESS ]] ||
    say "The host has no address on the network $NETWORK: containers will not reach RabbitMQ and PostgreSQL."
}

# Only what was created here, only while nothing is attached to it.
remove_network() {
  if [[ -n $NETWORK_CREATED && $(network_id) == "$NETWORK_CREATED" ]]; then
    if docker_cli network rm "$NETWORK_CREATED" >/dev/null 2>&1; then
      say "network $NETWORK removed"
    else
      say "network $NETWORK kept: containers are attached to it"
    fi
  fi
}

# Stops the engine if these scripts started it and nobody else uses it. The network goes before, unless another checkout's services
# may stand on it.
leave_engine() {
  local home others
  if ! engine_answers; then
    stop_engine "$STATE/engine"
    return
  fi
  if ! home=$(engine_home); then
    remove_network
    say "engine at $ENGINE_SOCKET left running: it was not started here"
    return
  fi
  rm -f "$(engine_user_entry "$home")"
  others=$(engine_users "$home")
  if [[ -n $others ]]; then
    say "engine left running: in use by $(tr '\n' ' ' <<<"$others")"
    return
  fi
  remove_network
  stop_engine "$home"
  say "engine stopped"
}
