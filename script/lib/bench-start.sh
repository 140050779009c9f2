# shellcheck shell=bash
# The part of script/bench that measures starts, each beside one of Open Liberty with the same features and an application of one page. The
# two take turns, so that what else goes on in the machine befalls both. What a first start alone takes was taken before, for both.

readonly HELLO=$TOP/target/bench/hello

bench_arguments() {
  RUNS=${1:-5}
  APPS=0
  [[ $RUNS =~ ^[1-9][0-9]?$ ]]
}

# The orchestrator's own server with another application.
make_hello() {
  local built=$TOP/target/liberty/wlp/usr/servers/orchestrator server=$HELLO/servers/orchestrator
  rm -rf "$HELLO"
  mkdir -p "$server/apps/hello.war/WEB-INF"
  cp -r "$built"/{bootstrap.properties,jvm.options,server.env,resources} "$server"
  sed -e 's/location="orchestrator.war"/location="hello.war"/' "$built/server.xml" >"$server/server.xml"
  printf 'hello\n' >"$server/apps/hello.war/index.html"
}

# begin NAME: what_runs is its process, from the start script on.
begin() {
  if [[ $1 == hello ]]; then
    WLP_USER_DIR=$HELLO exec "$TOP/target/liberty/wlp/bin/server" run orchestrator
  else
    exec script/server
  fi
}

# cpu_of_tree PID: processor milliseconds of the process and of all that it waited for.
cpu_of_tree() { awk -v hz="$(getconf CLK_TCK)" '{printf "%d", ($14 + $15 + $16 + $17) * 1000 / hz}' "/proc/$1/stat"; }

# start_of NAME: one start, until /health/ready says yes.
start_of() {
  local began java
  began=$(micros)
  (begin "$1") >>"target/bench/start-$1.log" 2>&1 &
  server_pid=$!
  until [[ $(curl --silent --max-time 2 --output /dev/null --write-out '%{http_code}' "http://127.0.0.1:$HTTP_PORT/health/ready") == 200 ]]; do
    kill -0 "$server_pid" 2>/dev/null || fail "The server ended." "Its log is target/bench/start-$1.log."
    sleep 0.05
  done
  record "$1_ready" $((($(micros) - began) / 1000))
  java=$(java_of_server)
  record "$1_cpu" "$(cpu_of_tree "$java")"
  record "$1_resident" "$(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$java/status")"
  kill -TERM "$server_pid"
  wait "$server_pid" || true
  server_pid=
}

least() { sort -n "$results/$1" | head -n 1; }

bench_start() {
  local run name
  make_hello
  platform_tables
  for name in hello orchestrator; do start_of "$name"; done
  rm -f "$results"/*
  say "Load average: $(cut -d' ' -f1-3 /proc/loadavg) on $(nproc) cores."
  for ((run = 1; run <= RUNS; run++)); do
    for name in hello orchestrator; do start_of "$name"; done
  done
  printf 'median (least) of %d\n' "$RUNS"
  for name in hello orchestrator; do
    printf '  %-14s ready after %d (%d) ms, %d (%d) ms of processor time, %d (%d) MiB resident then\n' "$name" \
      "$(median "${name}_ready")" "$(least "${name}_ready")" "$(median "${name}_cpu")" "$(least "${name}_cpu")" \
      "$(median "${name}_resident")" "$(least "${name}_resident")"
  done
}
