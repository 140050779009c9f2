# shellcheck shell=bash
# The part of script/bench that measures installs, beside the engine alone, and what they cost.

bench_arguments() {
  RUNS=${1:-5}
  [[ $RUNS =~ ^[1-9][0-9]?$ ]]
}

# engine_pids: dockerd, wherever it was started, and its containerd where that is not its child.
engine_pids() {
  local root file dockerd
  root=$(timeout 20 docker info --format '{{.DockerRootDir}}')
  for file in "${root%/data}/docker.pid" /var/run/docker.pid; do
    dockerd=$(cat "$file" 2>/dev/null) && break
  done
  printf '%s ' "$dockerd"
  pgrep -P "$dockerd" containerd >/dev/null || pgrep -o -x containerd || true
}

database_pid() { cat "${ORCHESTRATOR_SERVICES_DIR:-$TOP/.services}/postgresql/data/postmaster.pid" | head -n 1; }

bench_install() {
  local resident
  compile_java_programs
  say "Load average: $(cut -d' ' -f1-3 /proc/loadavg) on $(nproc) cores."
  BENCH_SERVER_PIDS=$(java_of_server) BENCH_ENGINE_PIDS=$(engine_pids) BENCH_DATABASE_PIDS=$(database_pid) \
    java_program InstallBench "$RUNS" "$IMAGE" >"$results/installs" || fail "The installs could not be measured." "The server's log is target/bench/server.log."
  resident=$(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$(java_of_server)/status")
  stop_server

  printf 'median of %d\n' "$RUNS"
  cat "$results/installs"
  printf '  server             ready after %d ms, %d MiB resident after the runs, ended after %d ms\n' \
    "$(median server_ready)" "$resident" "$(median server_ended)"
  run_end_to_end InstallCostE2E target/bench/cost.log || fail "What an install costs could not be counted." "The log is target/bench/cost.log."
  printf 'how often engine and database are asked; what for: target/install-cost.txt\n'
  sed '/^$/,$d' target/install-cost.txt
}
