# shellcheck shell=bash
# What all parts of script/bench share: values and their medians, the server, the apps, and what is put in order at the end.

# Whether the services ran before, and the process of script/server. The values are in the directory $results.
ran_before=no
server_pid=

stop_all() {
  local status=$?
  trap - EXIT INT TERM
  if [[ -n $server_pid ]]; then
    kill -TERM "$server_pid" 2>/dev/null || true
    wait "$server_pid" || true
  fi
  remove_containers
  sql "DROP SCHEMA IF EXISTS bench CASCADE" >/dev/null 2>&1 || true
  rm -rf "$results"
  if [[ $ran_before == no ]]; then script/services down || true; fi
  exit "$status"
}

remove_containers() {
  local ids
  mapfile -t ids < <(timeout 20 docker ps --all --quiet --filter name=app-bench- --filter name=raw-bench-)
  if ((${#ids[@]})); then timeout 120 docker rm --force "${ids[@]}" >/dev/null 2>&1 || true; fi
}

micros() { printf '%s' "${EPOCHREALTIME/[.,]/}"; }

# record NAME MS
record() { printf '%s\n' "$2" >>"$results/$1"; }

median() { sort -n "$results/$1" | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }

# prepare_apps: APPS of them, not installed, with their images in the registry. Sets IMAGE to the id of the one they all have.
prepare_apps() {
  local i
  remove_containers
  sql "DROP SCHEMA IF EXISTS bench CASCADE" >/dev/null
  platform_tables
  say "Pushing $APPS images"
  for ((i = 1; i <= APPS; i++)); do
    platform_app "bench-$i"
    script/images push web "bench-$i:latest" >/dev/null 2>&1
  done
  IMAGE=$(timeout 20 docker image inspect --format '{{.Id}}' orchestrator-test/web:latest)
  HTTP_PORT=$(free_port)
  export IMAGE HTTP_PORT
}

start_server() {
  local began
  began=$(micros)
  script/server >>target/bench/server.log 2>&1 &
  server_pid=$!
  until [[ $(curl --silent --max-time 2 --output /dev/null --write-out '%{http_code}' "http://127.0.0.1:$HTTP_PORT/health/ready") == 200 ]]; do
    kill -0 "$server_pid" 2>/dev/null || fail "The server ended." "Its log is target/bench/server.log."
    sleep 0.05
  done
  record server_ready $((($(micros) - began) / 1000))
}

stop_server() {
  local began
  began=$(micros)
  kill -TERM "$server_pid"
  wait "$server_pid" || true
  server_pid=
  record server_ended $((($(micros) - began) / 1000))
}

# restart_server TIMES: started so often, and running after that.
restart_server() {
  local run
  for ((run = 1; run <= $1; run++)); do
    if [[ -n $server_pid ]]; then stop_server; fi
    start_server
  done
}

java_of_server() { pgrep -P "$server_pid" java || printf '%s' "$server_pid"; }

# settled SQL TEXT: waits until the query gives 0; at most five minutes.
settled() {
  local deadline=$((SECONDS + 300))
  while [[ $(sql "$1") != 0 ]]; do
    ((SECONDS < deadline)) || fail "$2" "The server's log is target/bench/server.log."
    sleep 0.2
  done
}

# publish_all TYPE: for all the APPS, at once.
publish_all() {
  local i publishers=()
  for ((i = 1; i <= APPS; i++)); do
    platform_publish "$1" "bench-$i" &
    publishers+=($!)
  done
  wait "${publishers[@]}"
}

install_all() {
  sql "UPDATE apps SET state = 'installed' WHERE name LIKE 'bench-%'" >/dev/null
  publish_all app.installed
  settled "SELECT $APPS - count(*) FROM deployments WHERE node <> 'far' AND state = 'healthy'" "The apps did not become healthy."
}

# java_program CLASS ARGUMENT...: one of src/test/java/…/e2e/bench, from its source.
java_program() {
  "$JAVA_HOME/bin/java" --class-path "target/bench/classes:$(<target/bench/class-path)" "io.appserver.orchestrator.e2e.bench.$1" "${@:2}"
}

compile_java_programs() {
  mkdir -p target/bench/classes
  quietly "Finding the tests' class path" mvn --batch-mode --no-transfer-progress dependency:build-classpath \
    -Dmdep.includeScope=test -Dmdep.outputFile=target/bench/class-path || fail "The tests' class path was not found."
  quietly "Compiling the programs that measure" "$JAVA_HOME/bin/javac" -proc:none -d target/bench/classes \
    --class-path "$(<target/bench/class-path)" --source-path src/test/java \
    src/test/java/io/appserver/orchestrator/e2e/bench/*.java || fail "The programs that measure do not compile."
}

# run_end_to_end TEST LOG
run_end_to_end() {
  mvn --batch-mode --no-transfer-progress test-compile failsafe:integration-test@end-to-end failsafe:verify@verdict -De2e.excluded=none \
    "-Dit.test=$1" >"$2" 2>&1
}
