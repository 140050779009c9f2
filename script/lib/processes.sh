# shellcheck shell=bash disable=SC2153 # STATE comes from state.sh
# Daemons without an init system: starting them so that they outlive this shell, finding them again, stopping them, giving them ports.

# A process started here carries this variable, with a value that names state directory and service. It is found again by that,
# which neither a stale pid file nor a reused pid nor a zombie can fake.
MARK=ORCHESTRATOR_SERVICE

mark_of() {
  printf '%s=%s@%s' "$MARK" "$1" "$STATE"
}

# Whatever descriptors the caller left open (a pipe, the lock) would be held by the daemon for as long as it lives.
close_inherited_descriptors() {
  local fd
  for fd in /proc/"$BASHPID"/fd/*; do
    fd=${fd##*/}
    if ((fd > 2)); then eval "exec $fd>&-"; fi
  done
}

# start_daemon SERVICE DIRECTORY COMMAND...: in its own session, its output in the service's log. Sets DAEMON_PID.
start_daemon() {
  local service=$1 directory=$2
  shift 2
  (
    cd "$directory" || exit
    exec </dev/null >>"$STATE/log/$service.log" 2>&1
    close_inherited_descriptors
    export "${MARK?}=$service@$STATE"
    exec setsid "$@"
  ) &
  # shellcheck disable=SC2034 # the caller reads it
  DAEMON_PID=$!
}

# pids_of SERVICE: the living processes with the service's mark, a line each.
pids_of() {
  { grep -lszxF -- "$(mark_of "$1")" /proc/[0-9]*/environ || true; } | sed 's,/proc/\([0-9]*\)/environ,\1,'
}

none_left_of() {
  [[ -z $(pids_of "$1") ]]
}

signal_all_of() {
  local pids
  mapfile -t pids < <(pids_of "$2")
  if ((${#pids[@]})); then kill "-$1" "${pids[@]}" 2>/dev/null || true; fi
}

# stop_all_of SERVICE SECONDS [SIGNAL]: asks, waits, then insists. CONT because a stopped process would not hear the asking.
stop_all_of() {
  local service=$1 patience=$2 signal=${3:-TERM}
  none_left_of "$service" && return
  signal_all_of "$signal" "$service"
  signal_all_of CONT "$service"
  wait_for "$patience" none_left_of "$service" && return
  signal_all_of KILL "$service"
  wait_for 5 none_left_of "$service"
}

# await_service SERVICE SECONDS PID CHECK...: until the check succeeds; fails early, with the log's end, when the daemon dies.
await_service() {
  local service=$1 deadline=$((SECONDS + $2)) pid=$3
  shift 3
  until "$@" >/dev/null 2>&1; do
    if ! kill -0 "$pid" 2>/dev/null; then
      show_log "$service"
      fail "$service ended while starting." "Its log: $STATE/log/$service.log"
    fi
    if ((SECONDS >= deadline)); then
      show_log "$service"
      fail "$service did not answer in time." "Its log: $STATE/log/$service.log"
    fi
    sleep 0.05
  done
}

show_log() {
  say "The end of the log of $1:"
  tail -n 15 "$STATE/log/$1.log" | sed 's/^/  | /' >&2
}

# Local ports in use by anyone as listeners, a decimal number a line. From /proc: nothing to install, and a millisecond.
ports_in_use() {
  local address
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | while read -r _ address _ state _; do
    if [[ $state == 0A ]]; then printf '%d\n' "0x${address##*:}"; fi
  done
}

# Reads all of them: a grep that leaves early ends the other side of the pipe, which would count as "not found".
port_is_free() {
  ! ports_in_use | grep -x "$1" >/dev/null
}

# Below the range the kernel hands to clients (32768 up), so that no outgoing connection sits on it; at random, so that two
# checkouts starting together do not choose the same.
# free_port [PORT...]: none of these, which are somebody's who does not listen yet.
free_port() {
  local port taken
  taken=$(ports_in_use; printf '%s\n' "$@")
  while :; do
    port=$((20000 + RANDOM % 12000))
    grep -qx "$port" <<<"$taken" || break
  done
  printf '%s' "$port"
}

# Letters and digits only: safe in a URL, in a shell, in a configuration file.
random_password() {
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}
