# Shared by the figure scripts: options, servers, load, samples, tables. Source it.
#
# A sample is one line of the load generator's figures, `key=value …`, kept in $SAMPLES with the
# server's name and the round before it. Everything printed is computed from those lines.
# shellcheck shell=bash

set -euo pipefail

BENCH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(dirname "$BENCH")
TARGET=$BENCH/peers/target
SERVER_CPU=0
LOAD_CPU=1
ALL_SERVERS=(weft c-epoll go jdk)

# A sample counts as taken on a quiet machine while other processes and the hypervisor's other
# guests use less than these shares of a CPU; otherwise it is taken again, RETAKES times at most.
OTHERS_MOST=0.10
STEAL_MOST=0.02
RETAKES=4

WORK=$(mktemp -d)
SAMPLES=$WORK/samples
: >"$SAMPLES"

declare -A OPT=() SERVER_PID=() SERVER_PORT=() SERVER_JOB=() CONTROL=()
HOLDER_JOB=''

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$(basename "$0"): $*"
    exit 1
}

cleanup() {
    local name
    release_connections
    for name in "${!SERVER_JOB[@]}"; do
        stop_server "$name"
    done
    rm -rf "$WORK"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Options ------------------------------------------------------------------------------------------

# parse_options ARGUMENT…: fills OPT, whose keys are the option names and whose values the defaults.
parse_options() {
    local name
    while (($# > 0)); do
        name=${1#--}
        if [[ $1 == --help || $1 == -h ]]; then
            usage
            exit 0
        elif [[ $1 == --* && -n ${OPT[$name]+x} ]]; then
            (($# > 1)) || usage_error "--$name wants a value"
            check_option "$name" "$2"
            OPT[$name]=$2
            shift 2
        else
            usage_error "unknown argument $1"
        fi
    done
}

check_option() {
    case $1 in
        peers | raw) ;;
        seconds) [[ $2 =~ ^[0-9]+(\.[0-9]+)?$ ]] || usage_error "--$1 wants seconds, not $2" ;;
        *) [[ $2 =~ ^[1-9][0-9]*$ ]] || usage_error "--$1 wants a whole number from 1, not $2" ;;
    esac
}

usage_error() {
    say "$(basename "$0"): $*"
    say "see $(basename "$0") --help"
    exit 2
}

# Servers ------------------------------------------------------------------------------------------

# select_servers NAME,…: builds what is missing and leaves the servers that exist in SERVERS.
select_servers() {
    local name wanted reason
    command -v taskset >/dev/null || fail "taskset is missing; install util-linux"
    (($(nproc) > LOAD_CPU)) || fail "two CPUs are needed: one for the server, one for the load"
    "$BENCH/peers/setup" --quiet >&2
    [[ -x $TARGET/load ]] || fail "the load generator could not be built"
    IFS=, read -ra wanted <<<"$1"
    SERVERS=()
    for name in "${wanted[@]}"; do
        [[ " ${ALL_SERVERS[*]} " == *" $name "* ]] ||
            usage_error "unknown server $name; there are ${ALL_SERVERS[*]}"
        reason=$(awk -F'\t' -v name="$name" '$1 == name { print $2 }' "$TARGET/left-out")
        if [[ $name == weft ]]; then
            prepare_weft
        fi
        if [[ -n $reason ]]; then
            say "$name is left out: $reason"
        else
            SERVERS+=("$name")
        fi
    done
    ((${#SERVERS[@]} > 0)) || fail "no server is left to measure"
}

# Builds here, on all CPUs, what would otherwise be built pinned to one.
prepare_weft() {
    [[ -f $ROOT/weft ]] || fail "./weft is missing"
    "$ROOT/weft" --version >/dev/null || fail "./weft cannot be built or started"
}

has_server() { [[ " ${SERVERS[*]} " == *" $1 "* ]]; }

# One P, one carrier, one thread: whatever a server calls it. BUFFER is the read buffer of the peers
# that own one per connection.
BUFFER=4096
set_command() {
    case $1 in
        weft) COMMAND=("$ROOT/weft" echo --port 0 --procs 1 --control) ;;
        *) COMMAND=("$TARGET/$1" --port 0 --threads 1 --buffer "$BUFFER") ;;
    esac
}

# start_server NAME: pinned to SERVER_CPU; returns when it listens.
start_server() {
    local name=$1 line fd
    local log=$WORK/$name.out pipe=$WORK/$name.in
    set_command "$name"
    rm -f "$pipe"
    mkfifo "$pipe"
    : >"$log"
    exec {fd}<>"$pipe"
    CONTROL[$name]=$fd
    taskset -c "$SERVER_CPU" "${COMMAND[@]}" <"$pipe" >"$log" 2>"$log.err" {fd}>&- &
    SERVER_JOB[$name]=$!
    for ((tenths = 0; tenths < 600; tenths++)); do
        line=$(grep -m 1 '^listening on ' "$log" || true)
        if [[ $line =~ :([0-9]+)\ .*pid=([0-9]+) ]]; then
            SERVER_PORT[$name]=${BASH_REMATCH[1]}
            SERVER_PID[$name]=${BASH_REMATCH[2]}
            return
        fi
        kill -0 "${SERVER_JOB[$name]}" 2>/dev/null || break
        sleep 0.1
    done
    sed "s/^/$name: /" "$log" "$log.err" >&2
    fail "$name did not start"
}

stop_server() {
    local name=$1 job=${SERVER_JOB[$1]:-} pid=${SERVER_PID[$1]:-} fd=${CONTROL[$1]:-}
    [[ -n $job ]] || return 0
    unset "SERVER_JOB[$name]" "SERVER_PID[$name]" "CONTROL[$name]"
    kill "${pid:-$job}" 2>/dev/null || true
    for ((tenths = 0; tenths < 100; tenths++)); do
        kill -0 "$job" 2>/dev/null || break
        sleep 0.1
    done
    kill -9 "$job" ${pid:+"$pid"} 2>/dev/null || true
    wait "$job" 2>/dev/null || true
    if [[ -n $fd ]]; then
        exec {fd}>&-
    fi
}

# ask NAME COMMAND: one line to the server's control channel, its answer to standard output.
ask() {
    local name=$1 log=$WORK/$1.out before
    before=$(wc -l <"$log")
    printf '%s\n' "$2" >&"${CONTROL[$name]}"
    for ((hundredths = 0; hundredths < 1000; hundredths++)); do
        if (($(wc -l <"$log") > before)); then
            sed -n "$((before + 1))p" "$log"
            return
        fi
        sleep 0.01
    done
    fail "$name did not answer '$2' on its control channel"
}

# field JSON NAME: a number out of a flat JSON object.
field() {
    [[ $1 =~ \"$2\":\ *(-?[0-9.]+) ]] || fail "no $2 in the answer $1"
    echo "${BASH_REMATCH[1]}"
}

# await_goroutines NAME MOST: until no more are live; connections take a moment to end.
await_goroutines() {
    local live
    for ((tenths = 0; tenths < 300; tenths++)); do
        live=$(field "$(ask "$1" stats)" liveGoroutines)
        ((live > $2)) || return 0
        sleep 0.1
    done
    say "$live goroutines of $1 are still live, $2 were expected"
}

resident_bytes() { awk '/^Rss:/ { print $2 * 1024 }' "/proc/$1/smaps_rollup"; }

# Load ---------------------------------------------------------------------------------------------

# load NAME ARGUMENT…: prints the figures of one run against the server.
load() {
    local name=$1
    shift
    taskset -c "$LOAD_CPU" "$TARGET/load" --port "${SERVER_PORT[$name]}" \
        --watch "${SERVER_PID[$name]}" "$@"
}

# value LINE KEY: out of `key=value …`.
value() {
    [[ " $1 " =~ \ $2=([^ ]+)\  ]] || fail "no $2 in the figures:$1"
    echo "${BASH_REMATCH[1]}"
}

is_quiet() {
    awk -v others="$(value "$1" others)" -v steal="$(value "$1" steal)" \
        "BEGIN { exit !(others <= $OTHERS_MOST && steal <= $STEAL_MOST) }"
}

# busy_ticks: of all CPUs since boot, in /proc/stat's hundredths of a second; steal counts as busy.
busy_ticks() { awk '$1 == "cpu" { print $2 + $3 + $4 + $7 + $8 + $9 }' /proc/stat; }

# await_quiet: returns when nothing else has run for half a second, or after QUIET_WAIT_SECONDS.
QUIET_WAIT_SECONDS=30
await_quiet() {
    local before end=$((SECONDS + QUIET_WAIT_SECONDS))
    while ((SECONDS < end)); do
        before=$(busy_ticks)
        sleep 0.5
        (($(busy_ticks) - before > 5)) || return 0
    done
}

# sample ROUND NAME ARGUMENT…: takes figures while the machine is quiet and keeps them.
sample() {
    local round=$1 name=$2 line busy=0
    shift 2
    for ((try = 0; try <= RETAKES; try++)); do
        await_quiet
        line=$(load "$name" "$@") || fail "$name failed under load"
        busy=0
        is_quiet "$line" && break
        busy=1
    done
    printf '%s %s busy=%d%s\n' "$name" "$round" "$busy" "$line" >>"$SAMPLES"
    [[ -z ${OPT[raw]:-} ]] || tail -1 "$SAMPLES" >>"${OPT[raw]}"
}

# warm_until_steady NAME ARGUMENT…: slices of load until two in a row cost the same within 3 %.
# A just-in-time compiler gets 15 seconds at least.
SLICE_SECONDS=3
SLICES_MOST=20
warm_until_steady() {
    local name=$1 previous=0 line cost least=2
    shift
    [[ $name == weft || $name == jdk ]] && least=5
    for ((slice = 1; slice <= SLICES_MOST; slice++)); do
        line=$(load "$name" "$@" --warmup 0 --seconds "$SLICE_SECONDS") ||
            fail "$name failed under load"
        cost=$(value "$line" server_ns)
        if ((slice >= least)) &&
            awk "BEGIN { exit !($cost < $previous * 1.03 && $cost > $previous * 0.97) }"; then
            return
        fi
        previous=$cost
    done
    say "$name was not steady after $((SLICES_MOST * SLICE_SECONDS)) s of warm-up"
}

# hold_connections NAME N ARGUMENT…: N connections echo once and rest until release_connections.
hold_connections() {
    local name=$1 connections=$2 pipe=$WORK/holder.in log=$WORK/holder.out
    shift 2
    rm -f "$pipe"
    mkfifo "$pipe"
    : >"$log"
    taskset -c "$LOAD_CPU" "$TARGET/load" --port "${SERVER_PORT[$name]}" --hold \
        --connections "$connections" --sources 8 "$@" <"$pipe" >"$log" 2>&1 &
    HOLDER_JOB=$!
    exec {HOLDER_FD}>"$pipe"
    while ! grep -q '^holding ' "$log"; do
        kill -0 "$HOLDER_JOB" 2>/dev/null || fail "$(<"$log")"
        sleep 0.1
    done
}

# holder_figures: waits for the figures of a holder that was told to meter the server.
holder_figures() {
    local log=$WORK/holder.out line
    until line=$(grep ' seconds=' "$log"); do
        kill -0 "$HOLDER_JOB" 2>/dev/null || fail "$(<"$log")"
        sleep 0.2
    done
    echo "$line"
}

release_connections() {
    [[ -n $HOLDER_JOB ]] || return 0
    exec {HOLDER_FD}>&-
    wait "$HOLDER_JOB" || true
    HOLDER_JOB=''
}

# Numbers ------------------------------------------------------------------------------------------

# summary: numbers on standard input to `median least most`.
summary() {
    sort -g | awk '{ v[NR] = $1 }
        END {
            if (NR == 0) { print "- - -"; exit }
            print (NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2), v[1], v[NR]
        }'
}

# figures NAME KEY: `round value` of every quiet sample, or of all when none was quiet.
figures() {
    awk -v name="$1" -v key="$2" '
        $1 == name {
            for (i = 3; i <= NF; i++) { split($i, kv, "="); f[kv[1]] = kv[2] }
            all = all $2 " " f[key] "\n"
            if (f["busy"] == 0) quiet = quiet $2 " " f[key] "\n"
        }
        END { printf "%s", quiet == "" ? all : quiet }' "$SAMPLES"
}

column() { figures "$1" "$2" | awk '{ print $2 }' | summary; }

# ratios A B KEY: of A to B, round by round, as `median least most`.
ratios() {
    join <(figures "$1" "$3" | sort -k1,1) <(figures "$2" "$3" | sort -k1,1) |
        awk '$3 > 0 { printf "%.4f\n", $2 / $3 }' | summary
}

was_busy() { ! grep -q "^$1 [^ ]* busy=0" "$SAMPLES"; }

busy_mark() { was_busy "$1" && printf '*' || printf ' '; }

busy_note() {
    local name
    for name in "${SERVERS[@]}"; do
        if was_busy "$name"; then
            printf '* no quiet sample: other processes used more than %s of a CPU, ' "$OTHERS_MOST"
            printf 'or other guests more than %s\n' "$STEAL_MOST"
            return
        fi
    done
}

# goal TEXT FIGURE MOST SHOWN: one line that says whether FIGURE is at most MOST.
goal() {
    local verdict=missed
    [[ $2 == - ]] && verdict='not measured'
    [[ $2 != - ]] && awk "BEGIN { exit !($2 <= $3) }" && verdict=met
    printf '%-34s %-30s goal ≤ %-10s %s\n' "$1" "$4" "$3" "$verdict"
}

show_ratio() { printf '%.3f (%.3f–%.3f)' "$@"; }

state_pinning() {
    printf 'server on CPU %s, load on CPU %s; %s\n' "$SERVER_CPU" "$LOAD_CPU" \
        "$(uname -srm), $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo)"
}
