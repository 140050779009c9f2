# shellcheck shell=bash
# The part of script/bench that measures watching: the start with APPS running containers, the time until a crash is noticed, and what it
# costs to watch them at the 30 s interval, beside the engine running a HEALTHCHECK of its own for as many.

readonly WATCH_SECONDS=90

bench_arguments() {
  APPS=${1:-200}
  [[ $APPS =~ ^[1-9][0-9]{0,3}$ ]]
}

# cpu_of PID: CPU seconds a process has used so far.
cpu_of() { awk -v hz="$(getconf CLK_TCK)" '{printf "%.2f", ($14 + $15) / hz}' "/proc/$1/stat"; }

# busy: CPU seconds the whole machine has been busy so far.
busy() { awk -v hz="$(getconf CLK_TCK)" '/^cpu / {printf "%.2f", ($2 + $3 + $4 + $7 + $8) / hz}' /proc/stat; }

minus() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.2f", a - b}'; }

bench_restart() {
  local acts list
  acts=$(sql "SELECT count(*) FROM orchestrator_act")
  stop_server
  : >target/bench/server.log
  start_server
  until grep -q 'reconciliation (start-up) took' target/bench/server.log; do sleep 0.1; done
  list=$(curl --silent --output /dev/null --write-out '%{time_total}' --unix-socket "${APPSERVER_DOCKER_SOCKET_PATH:-/var/run/docker.sock}" \
    'http://localhost/containers/json?all=1')
  printf '  start with %d running   %s; a list of the engine takes %.0f ms; calls that changed something: %d\n' "$APPS" \
    "$(grep -o 'reconciliation (start-up) took .* ms' target/bench/server.log)" "$(awk -v s="$list" 'BEGIN {print s * 1000}')" \
    "$(($(sql "SELECT count(*) FROM orchestrator_act") - acts))"
}

bench_crash() {
  local start
  for ((run = 1; run <= 5; run++)); do
    start=$(micros)
    timeout 20 docker kill "app-bench-$run" >/dev/null
    until [[ $(sql "SELECT count(*) FROM orchestrator_history WHERE app_name = 'bench-$run' AND to_state = 'healthy' AND at > to_timestamp($start / 1000000.0)") == 1 ]]; do sleep 0.1; done
    record noticed "$(sql "SELECT round(extract(epoch FROM min(at)) * 1000 - $start / 1000.0) FROM orchestrator_history WHERE app_name = 'bench-$run' AND at > to_timestamp($start / 1000000.0)")"
    record healed "$(sql "SELECT round(extract(epoch FROM max(at)) * 1000 - $start / 1000.0) FROM orchestrator_history WHERE app_name = 'bench-$run' AND at > to_timestamp($start / 1000000.0)")"
  done
  printf '  a killed container          noticed after %d ms, healthy again after %d ms, of which 1000 are the pause (median of 5)\n' "$(median noticed)" "$(median healed)"
}

bench_watching() {
  local java cpu all
  java=$(java_of_server)
  sleep 120 # what a start leaves to do is done then, and most of what is to be compiled
  cpu=$(cpu_of "$java"); all=$(busy)
  sleep "$WATCH_SECONDS"
  printf '  watching %d for %d s        %s CPU seconds of the orchestrator, %s of the whole machine\n' "$APPS" "$WATCH_SECONDS" \
    "$(minus "$(cpu_of "$java")" "$cpu")" "$(minus "$(busy)" "$all")"
  stop_server
  remove_containers
  seq 1 "$APPS" | xargs -P 2 -I{} timeout 60 docker run --detach --name raw-bench-{} --health-cmd 'wget -q -O /dev/null http://127.0.0.1:3000/health' \
    --health-interval 30s --env PORT=3000 "$IMAGE" >/dev/null
  sleep 40
  all=$(busy)
  sleep "$WATCH_SECONDS"
  printf '  the engine doing so itself  %s CPU seconds of the whole machine in %d s\n' "$(minus "$(busy)" "$all")" "$WATCH_SECONDS"
}

bench_watch() {
  sql "UPDATE apps SET state = 'installed'" >/dev/null
  for ((i = 1; i <= APPS; i++)); do platform_publish app.installed "bench-$i"; done
  settled "SELECT $APPS - count(*) FROM deployments WHERE state = 'healthy'" "The apps did not become healthy."
  say "$APPS apps run"
  bench_restart
  bench_crash
  bench_watching
}
