# shellcheck shell=bash
# The broker: a node of its own, with its own name, cookie, data and port mapper, which neither sees nor disturbs one that runs already.

RABBITMQ_SERVER=/usr/lib/rabbitmq/bin/rabbitmq-server

management_url() {
  printf 'http://127.0.0.1:%s' "$MANAGEMENT_PORT"
}

# speaks_amqp ADDRESS: the broker's first frame (type 1, Connection.Start) comes back on the protocol header.
speaks_amqp() {
  local first
  # shellcheck disable=SC2016 # the inner shell expands it
  first=$(timeout 2 bash -c 'exec 3<>"/dev/tcp/$0/$1"; printf "AMQP\0\0\11\1" >&3; head -c 1 <&3 | od -An -tx1' "$1" "$AMQP_PORT" 2>/dev/null) || return 1
  [[ $first == ' 01' ]]
}

# The management plugin answering to our user, and AMQP on each address it is to be had on.
rabbitmq_answers() {
  [[ -n $AMQP_PORT ]] && management_request GET whoami && speaks_amqp 127.0.0.1 && { [[ -z $BRIDGE_ADDRESS ]] || speaks_amqp "$BRIDGE_ADDRESS"; }
}

# management_request METHOD PATH [BODY [USER:PASSWORD]]: body and password by stdin, so that they are in nobody's process list.
management_request() {
  local quoted=${3:-}
  quoted=${quoted//\"/\\\"}
  {
    printf 'user = "%s"\n' "${4:-$RABBITMQ_USER:$RABBITMQ_PASSWORD}"
    if [[ -n $quoted ]]; then printf 'header = "content-type: application/json"\ndata = "%s"\n' "$quoted"; fi
  } | curl -fsS --max-time 5 -o /dev/null -X "$1" -K - "$(management_url)/api/$2"
}

guest_can_log_in() {
  management_request GET whoami '' guest:guest
}

# The stock user stays as RabbitMQ ships it (loopback only), for people following the guide's curl lines.
# From anywhere else, containers for one, it takes the user made here.
create_user() {
  local as_guest=guest:guest
  management_request PUT "users/$RABBITMQ_USER" "{\"password\":\"$RABBITMQ_PASSWORD\",\"tags\":\"administrator\"}" $as_guest &&
    management_request PUT "permissions/%2f/$RABBITMQ_USER" '{"configure":".*","write":".*","read":".*"}' $as_guest
}

write_rabbitmq_configuration() {
  local home=$STATE/rabbitmq
  {
    printf 'listeners.tcp.1 = 127.0.0.1:%s\n' "$AMQP_PORT"
    if [[ -n $BRIDGE_ADDRESS ]]; then printf 'listeners.tcp.2 = %s:%s\n' "$BRIDGE_ADDRESS" "$AMQP_PORT"; fi
    printf 'management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = %s\n' "$MANAGEMENT_PORT"
    # The default blocks publishers below a free space that a developer's disk may not have.
    printf 'disk_free_limit.absolute = 50MB\n'
  } >"$home/rabbitmq.conf"
  printf '[rabbitmq_management].\n' >"$home/enabled_plugins"
  : >"$home/rabbitmq-env.conf"
  if [[ ! -f $home/.erlang.cookie ]]; then
    random_password >"$home/.erlang.cookie"
    chmod 400 "$home/.erlang.cookie"
  fi
}

rabbitmq_node() {
  printf 'orchestrator-%s@localhost' "$(cksum <<<"$STATE" | cut -d' ' -f1)"
}

# What would otherwise point into the system's own RabbitMQ.
rabbitmq_environment() {
  local home=$STATE/rabbitmq
  RABBITMQ_ENVIRONMENT=(
    HOME="$home"
    ERL_EPMD_PORT="$EPMD_PORT" ERL_EPMD_ADDRESS=127.0.0.1
    RABBITMQ_NODENAME="$(rabbitmq_node)"
    RABBITMQ_DIST_PORT="$DISTRIBUTION_PORT"
    RABBITMQ_CONF_ENV_FILE="$home/rabbitmq-env.conf"
    RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf"
    RABBITMQ_ADVANCED_CONFIG_FILE="$home/advanced.config"
    RABBITMQ_GENERATED_CONFIG_DIR="$home/generated"
    RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins"
    RABBITMQ_MNESIA_BASE="$home/data"
    RABBITMQ_LOG_BASE="$home/log"
    RABBITMQ_PID_FILE="$home/pid"
    # Busy waiting (sbwt) would take the cores from what is being tested.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}'
    # Makes the start script become the Erlang VM instead of waiting beside it.
    RUNNING_UNDER_SYSTEMD=true
  )
}

start_rabbitmq() {
  local began
  began=$(now_ms)
  write_rabbitmq_configuration
  rabbitmq_environment
  start_daemon rabbitmq "$STATE/rabbitmq" env "${RABBITMQ_ENVIRONMENT[@]}" "$RABBITMQ_SERVER"
  # Seven seconds of computing on an idle machine, many times that on a busy one.
  await_service rabbitmq 180 "$DAEMON_PID" guest_can_log_in
  create_user
  await_service rabbitmq 20 "$DAEMON_PID" rabbitmq_answers
  say "rabbitmq is ready at 127.0.0.1:$AMQP_PORT, management at $(management_url) ($(seconds_since "$began"))"
}

# The port mapper is a daemon of its own, started by the node with the same mark: it is stopped along.
stop_rabbitmq() {
  stop_all_of rabbitmq 15
}
