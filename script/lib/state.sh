# shellcheck shell=bash
# The state directory: one per checkout, holds everything the services have (data, logs, ports, passwords).

STATE=${ORCHESTRATOR_SERVICES_DIR:-$TOP/.services}
[[ $STATE == /* ]] || STATE=$PWD/$STATE

# What is remembered between runs, as shell variables of these names.
SETTINGS=(
  NETWORK NETWORK_CREATED BRIDGE_ADDRESS
  REGISTRY_PORT REGISTRY_USER REGISTRY_PASSWORD
  AMQP_PORT MANAGEMENT_PORT DISTRIBUTION_PORT EPMD_PORT RABBITMQ_USER RABBITMQ_PASSWORD
  DB_PORT DB_PASSWORD DB_SUPERUSER_PASSWORD
)
for name in "${SETTINGS[@]}"; do printf -v "$name" ''; done

state_exists() {
  [[ -f $STATE/settings ]]
}

open_state() {
  # The traps of umask and of a directory that was there before: say the mode, do not inherit it.
  mkdir -p "$STATE"
  chmod 700 "$STATE"
  mkdir -p "$STATE"/{log,engine,registry,rabbitmq,postgresql,docker}
  umask 077
}

load_settings() {
  if state_exists; then
    # shellcheck disable=SC1091
    source "$STATE/settings"
  fi
}

save_settings() {
  local name
  for name in "${SETTINGS[@]}"; do printf '%s=%q\n' "$name" "${!name}"; done >"$STATE/settings.new"
  mv "$STATE/settings.new" "$STATE/settings"
}

# One change at a time per state directory. The lock goes with this process; daemons do not inherit it.
lock_state() {
  exec {LOCK}>"$STATE/lock"
  flock --nonblock "$LOCK" && return
  say "Another run is changing these services; waiting for it."
  flock --timeout 300 "$LOCK" ||
    fail "Another run has held $STATE/lock for 5 minutes." "See who: fuser $STATE/lock"
}

# keep_or_choose_port NAME: keeps the port of last time while nobody else took it meanwhile, and chooses none that another
# service is to have. Only for a service that is down.
keep_or_choose_port() {
  local name others=()
  for name in "${SETTINGS[@]}"; do
    if [[ $name == *_PORT && $name != "$1" && -n ${!name} ]]; then others+=("${!name}"); fi
  done
  if [[ -z ${!1} ]] || ! port_is_free "${!1}" || [[ " ${others[*]} " == *" ${!1} "* ]]; then
    printf -v "$1" '%s' "$(free_port "${others[@]}")"
  fi
}

keep_or_choose_password() {
  if [[ -z ${!1} ]]; then printf -v "$1" '%s' "$(random_password)"; fi
}
