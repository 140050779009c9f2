# shellcheck shell=bash
# The part of script/bench that measures how soon another instance goes on: after a kill, beside the lease that must run out first, and
# after an orderly stop, which gives the lease back.

# As long as a lease lives, in milliseconds: LeaseClock.TTL.
readonly LEASE=12000

bench_arguments() {
  RUNS=${1:-3}
  [[ $RUNS =~ ^[1-9][0-9]?$ ]] || return 1
  need_packages ip=iproute2 iptables=iptables
}

bench_takeover() {
  local run log=target/bench/takeover.log
  for ((run = 1; run <= RUNS; run++)); do
    say "Run $run of $RUNS"
    run_end_to_end 'TakeOverE2E#theSecondGoesOnAfterAKill+whoStopsInOrderHandsOverAtOnceThoughAPullHangs' "$log" ||
      fail "No other instance took over." "The log is $log."
    record killed "$(sed -n 's/.*taken over \([0-9]*\) ms after the kill.*/\1/p' "$log")"
    record stopped "$(sed -n 's/.*stopped after \([0-9]*\) ms, taken over after.*/\1/p' "$log")"
    record handed_over "$(sed -n 's/.*stopped after [0-9]* ms, taken over after \([0-9]*\) ms.*/\1/p' "$log")"
  done
  printf 'median of %d, beside a lease of %d ms\n' "$RUNS" "$LEASE"
  printf '  killed, until another has its app            %6d ms   %s of the lease\n' "$(median killed)" "$(share killed)"
  printf '  stopped while a pull hangs, until it ended   %6d ms   %s\n' "$(median stopped)" "$(share stopped)"
  printf '  stopped, until another has its app           %6d ms   %s\n' "$(median handed_over)" "$(share handed_over)"
}

# share NAME: the median as a part of the lease.
share() { awk -v ms="$(median "$1")" -v lease="$LEASE" 'BEGIN {printf "%.2f", ms / lease}'; }
