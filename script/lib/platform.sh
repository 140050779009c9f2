# shellcheck shell=bash
# Plays AppServer for the demo: its tables, its rows, its events.

# sql STATEMENT...: runs it as the platform would; prints bare rows.
sql() {
  PGPASSWORD=$APPSERVER_DB_PASSWORD psql --quiet --no-psqlrc --tuples-only --no-align --set ON_ERROR_STOP=1 \
    --host "$APPSERVER_DB_HOST" --port "$APPSERVER_DB_PORT" --username "$APPSERVER_DB_USER" \
    --dbname "$APPSERVER_DB_NAME" --command "SET client_min_messages = warning; SET search_path = $APPSERVER_DB_SCHEMA" \
    --command "$1" </dev/null
}

platform_tables() {
  sql "CREATE SCHEMA IF NOT EXISTS $APPSERVER_DB_SCHEMA" >/dev/null
  sql "CREATE TABLE IF NOT EXISTS apps (id uuid PRIMARY KEY, name text NOT NULL UNIQUE, state text NOT NULL);
       CREATE TABLE IF NOT EXISTS settings (app_id uuid NOT NULL, key text NOT NULL, value text, PRIMARY KEY (app_id, key));
       CREATE TABLE IF NOT EXISTS dependencies (app_id uuid NOT NULL, depends_on_app_id uuid NOT NULL, kind text NOT NULL,
                                                PRIMARY KEY (app_id, depends_on_app_id))" >/dev/null
}

# app NAME: writes its row, not installed; an existing one is kept.
platform_app() {
  sql "INSERT INTO apps VALUES (gen_random_uuid(), '$1', 'registered') ON CONFLICT (name) DO NOTHING" >/dev/null
}

# state NAME STATE
platform_state() {
  sql "UPDATE apps SET state = '$2' WHERE name = '$1'" >/dev/null
}

# publish TYPE NAME: the event as AppServer sends it; false if no queue took it.
platform_publish() {
  local id body
  id=$(sql "SELECT id FROM apps WHERE name = '$2'")
  body=$(printf '{"AppName":"%s","AppID":"%s","OccurredAt":"%s"}' "$2" "$id" "$(date -u +%FT%TZ)")
  jq -n --arg key "$1" --arg body "$body" \
    '{properties: {delivery_mode: 2, content_type: "application/json"}, routing_key: $key, payload: $body, payload_encoding: "string"}' |
    curl --silent --fail --max-time 10 --user "$ORCHESTRATOR_TEST_RABBITMQ_USER:$ORCHESTRATOR_TEST_RABBITMQ_PASSWORD" \
      --data-binary @- "$ORCHESTRATOR_TEST_RABBITMQ_MANAGEMENT_URL/api/exchanges/%2f/appserver.events/publish" |
    grep -q '"routed":true'
}

# deployment NAME COLUMN
deployment() {
  sql "SELECT $2 FROM deployments WHERE app_name = '$1' ORDER BY updated_at DESC LIMIT 1"
}
