# shellcheck shell=bash
# The part of script/bench that measures the console and the list of the API.

bench_arguments() {
  FAR_APPS=${1:-500}
  LIST_SECONDS=${2:-30}
  [[ $FAR_APPS =~ ^[1-9][0-9]{0,3}$ && $LIST_SECONDS =~ ^[1-9][0-9]{0,2}$ ]] || return 1
  need_packages chromium=chromium chromedriver=chromium-driver openssl=openssl
  APPSERVER_ADMIN_USER=bench
  APPSERVER_ADMIN_PASSWORD=$(openssl rand -hex 8)
  export APPSERVER_ADMIN_USER APPSERVER_ADMIN_PASSWORD
}

# far_apps: so many apps on a node that is said to be alive, whose containers are nobody's business here. Of 50 each, 48 are healthy.
far_apps() {
  sql "INSERT INTO orchestrator_node (name, engine_id, seen_at) VALUES ('far', 'far', now() + interval '1 day');
       CREATE TEMPORARY TABLE far AS
         SELECT gen_random_uuid() AS id, 'far-' || number AS name,
                CASE number % 50 WHEN 0 THEN 'failed' WHEN 1 THEN 'pending' ELSE 'healthy' END AS state
         FROM generate_series(1, $FAR_APPS) AS number;
       INSERT INTO deployments (id, app_id, app_name, node, state, last_written_state, health_status, reason_code, reason_message, attempts, next_look_at,
                                container_id, image_reference, image_id, image_digest, spec_hash, generation, started_at, healthy_since, proven)
         SELECT gen_random_uuid(), id, name, 'far', state, state, CASE state WHEN 'healthy' THEN 'healthy' ELSE 'unknown' END,
                CASE state WHEN 'failed' THEN 'exited' WHEN 'pending' THEN 'registry_unreachable' END,
                CASE state WHEN 'failed' THEN 'The process of ' || name || ' ended with exit code 1, 3 times in a row.'
                           WHEN 'pending' THEN 'The registry does not answer: connection refused.' END,
                CASE state WHEN 'failed' THEN 3 WHEN 'pending' THEN 1 ELSE 0 END,
                CASE state WHEN 'pending' THEN now() + interval '1 day' END,
                CASE state WHEN 'healthy' THEN md5(name) || md5(id::text) END,
                'registry.example:5000/' || name || ':latest', 'sha256:' || md5(name) || md5(name), 'sha256:' || md5(name) || md5(name), md5(name), 1,
                CASE state WHEN 'healthy' THEN now() - interval '3 hours' END, CASE state WHEN 'healthy' THEN now() - interval '3 hours' END, state = 'healthy'
         FROM far;
       INSERT INTO apps SELECT id, name, 'installed' FROM far" >/dev/null
}

# install_until_ended PID: installs the APPS and takes them away, again and again, while that process runs.
install_until_ended() {
  while kill -0 "$1" 2>/dev/null; do
    install_all
    sql "UPDATE apps SET state = 'registered' WHERE name LIKE 'bench-%'" >/dev/null
    publish_all app.uninstalled
    settled "SELECT count(*) FROM deployments WHERE node <> 'far' AND state <> 'stopped'" "The apps were not taken away."
  done
}

bench_list() {
  local load
  printf '  list at rest               %s\n' "$(java_program ConsoleBench list "$LIST_SECONDS")"
  java_program ConsoleBench list "$LIST_SECONDS" >target/bench/list &
  load=$!
  install_until_ended "$load"
  wait "$load" || fail "The list could not be asked for."
  printf '  list while %d install      %s\n' "$APPS" "$(<target/bench/list)"
  sql "SELECT format('                             %s installs, %s transitions written', count(*) FILTER (WHERE to_state = 'healthy'), count(*))
       FROM orchestrator_history WHERE node <> 'far' AND from_state IS DISTINCT FROM to_state"
}

bench_console() {
  compile_java_programs
  far_apps
  say "$FAR_APPS apps on another node. Load average: $(cut -d' ' -f1-3 /proc/loadavg) on $(nproc) cores."
  java_program ConsoleBench overview "$((FAR_APPS < 500 ? FAR_APPS : 500))"
  bench_list
}
