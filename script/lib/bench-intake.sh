# shellcheck shell=bash
# The part of script/bench that measures the intake: app.installed for apps that run already, so that nothing is deployed.

bench_arguments() {
  EVENTS=${1:-10000}
  [[ $EVENTS =~ ^[1-9][0-9]{0,6}$ ]]
}

# publish_events: EVENTS of them over the APPS, as fast as the broker takes them; prints what the publisher says.
publish_events() {
  sql "SELECT name || ' ' || id FROM apps ORDER BY name" |
    "$JAVA_HOME/bin/java" --class-path "$TOP/target/orchestrator/WEB-INF/lib/*" \
      "$TOP/src/test/java/io/appserver/orchestrator/intake/amqp/PublishEvents.java" "$EVENTS"
}

# await_intake OUTCOMES MICROS: until EVENTS of those outcomes were received since then; at most five minutes.
await_intake() {
  local deadline=$((SECONDS + 300)) found=0
  while ((SECONDS < deadline)); do
    found=$(sql "SELECT count(*) FROM orchestrator_intake WHERE outcome IN ($1) AND received_at > to_timestamp($2 / 1000000.0)")
    ((found < EVENTS)) || return 0
    sleep 0.25
  done
  fail "Only $found of $EVENTS events were $1." "The server's log is target/bench/server.log."
}

# server_cpu: milliseconds of processor time the server has used; says more than rates where others use the machine too.
server_cpu() {
  awk '{print ($14 + $15) * 10}' "/proc/$(java_of_server)/stat"
}

# report LABEL MICROS CPU: rates since then, by the database's times, and the processor time since the server had used that much.
report() {
  local cpu=$(($(server_cpu) - $3))
  sql "SELECT format('  %s  taken in %s ms: %s a second   settled in %s ms: %s a second   by %s looks   server CPU %s ms', rpad('$1', 22),
         lpad(round(taken)::text, 6), lpad(round($EVENTS / taken * 1000)::text, 5),
         lpad(round(settled)::text, 6), lpad(round($EVENTS / settled * 1000)::text, 5),
         (SELECT count(*) FROM orchestrator_history WHERE at > to_timestamp($2 / 1000000.0)), $cpu)
       FROM (SELECT extract(epoch FROM max(received_at) - to_timestamp($2 / 1000000.0)) * 1000 AS taken,
                    extract(epoch FROM max(closed_at) - to_timestamp($2 / 1000000.0)) * 1000 AS settled
             FROM orchestrator_intake WHERE received_at > to_timestamp($2 / 1000000.0)) AS times"
}

# consumed_from: when the first event after a time was stored, in microseconds of the epoch.
consumed_from() {
  sql "SELECT floor(extract(epoch FROM min(received_at)) * 1000000) FROM orchestrator_intake WHERE received_at > to_timestamp($1 / 1000000.0)"
}

bench_intake() {
  local start cpu
  install_all
  say "$APPS apps run; publishing $EVENTS events. Load average: $(cut -d' ' -f1-3 /proc/loadavg) on $(nproc) cores."

  publish_events # the first ones warm up, and do not count
  await_intake "'done'" "$(($(micros) - 300000000))"
  start=$(micros)
  cpu=$(server_cpu)
  publish_events
  await_intake "'done'" "$start"
  report 'as they come' "$start" "$cpu"

  stop_server
  start=$(micros)
  publish_events
  start_server
  await_intake "'done'" "$start"
  report "a backlog, cold server" "$(($(consumed_from "$start") - 1))" 0
  say "The server's log is target/bench/server.log."
}
