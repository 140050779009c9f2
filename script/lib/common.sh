# shellcheck shell=bash
# What every script needs: saying what is done, failing usefully, waiting with a deadline, showing that a long step is alive.
# Everything meant for people goes to stderr; stdout carries only what another program may read.

set -euo pipefail

# shellcheck disable=SC2034 # the scripts that source this use it
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Daemons and file system tools live in sbin, which an ordinary user's PATH lacks.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# A leftover progress line is wiped before anything else is written over it.
wipe_line() {
  if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
}

say() {
  wipe_line
  printf '%s\n' "$*" >&2
}

# fail WHAT-HAPPENED [WHAT-TO-DO...]
fail() {
  wipe_line
  printf 'ERROR: %s\n' "$1" >&2
  shift
  if (($#)); then printf '       %s\n' "$@" >&2; fi
  exit 1
}

# Milliseconds; only differences of it mean anything.
now_ms() {
  printf '%s' "${EPOCHREALTIME/[.,]/}" | sed 's/...$//'
}

# seconds_since START-MS: as people read it, "7.3 s".
seconds_since() {
  local ms=$(($(now_ms) - $1))
  printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
}

# wait_for SECONDS COMMAND...: true as soon as the command succeeds, false at the deadline.
wait_for() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

# watch_jobs LABEL PID...: waits for background jobs of this shell; false if any of them failed.
# On a terminal the elapsed seconds run along; elsewhere a line every 15 s says that it is still alive.
watch_jobs() {
  local label=$1 started=$SECONDS last_line=0 elapsed running pid failed=0
  shift
  while :; do
    running=0
    for pid in "$@"; do
      if kill -0 "$pid" 2>/dev/null; then running=1; fi
    done
    ((running)) || break
    elapsed=$((SECONDS - started))
    if [[ -t 2 ]]; then
      printf '\r\033[K%s … %d s' "$label" "$elapsed" >&2
    elif ((elapsed >= last_line + 15)); then
      last_line=$elapsed
      say "$label: still at it after $elapsed s"
    fi
    sleep 0.05
  done
  wipe_line
  for pid in "$@"; do
    wait "$pid" || failed=1
  done
  return "$failed"
}

# quietly LABEL COMMAND...: a long step whose output matters only when it fails.
quietly() {
  local label=$1 log status=0
  shift
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null &
  watch_jobs "$label" $! || status=$?
  if ((status)); then tail -n 20 "$log" >&2; fi
  rm -f "$log"
  return "$status"
}
