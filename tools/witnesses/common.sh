# shellcheck shell=bash
# What the measurements of all servers need: ports, programs in the background that end with the
# script, the load, and where results go. Sourced by tools/witness, which sets what it reads here.

# Of each experiment so many runs, so that the table can say by how much they differ.
# shellcheck disable=SC2034  # used by those who source this
repeats=8
: "${work:?}" "${spate:?}" "${server:?}" "${out-}"

running=()  # the process groups of what was started, the last one last

# Before a busy machine's other programs, where that is allowed: they are not what is measured. What
# is started so sleeps most of the time.
promptly=()
! chrt --rr 1 true 2>/dev/null || promptly=(chrt --rr 1)

# Runs something in the background, in a process group of its own. Its output is kept in a log.
start() { start_slowly "$1" "${promptly[@]}" "${@:2}"; }  # NAME COMMAND...

# The same without haste, for what has much to do until it is ready; then see hasten.
start_slowly() {  # NAME COMMAND...
    local log=$work/$server/$1.log
    shift
    setsid "$@" >>"$log" 2>&1 </dev/null &
    running+=($!)
}

# What was started last is to be as prompt as what is started with haste.
hasten() {
    local status
    ((${#promptly[@]} > 0)) || return 0
    for status in /proc/[0-9]*/stat; do
        # The fields after the command's name: state, parent, group.
        [ "$(sed 's/.*) //' "$status" 2>/dev/null | cut -d' ' -f3)" != "${running[-1]}" ] ||
            chrt --all-tasks --rr --pid 1 "$(basename "${status%/stat}")" >/dev/null 2>&1 || true
    done
}

# Ends what was started, the last one first.
stop_servers() {
    local i tries
    for ((i = ${#running[@]} - 1; i >= 0; --i)); do
        kill -TERM -- "-${running[i]}" 2>/dev/null || continue
        for ((tries = 0; tries < 250; ++tries)); do
            kill -0 -- "-${running[i]}" 2>/dev/null || break
            sleep 0.02
        done
        kill -KILL -- "-${running[i]}" 2>/dev/null || true
        wait "${running[i]}" 2>/dev/null || true
    done
    running=()
}

# Runs a command and waits for it, so that a signal ends both at once: bash by itself would wait for
# the command first.
asking=
attend() {
    "$@" &
    asking=$!
    wait "$asking"
}

clean_up() {
    local status=$?
    trap '' INT TERM HUP
    [ -z "$asking" ] || kill "$asking" 2>/dev/null || true
    stop_servers
    if [ -n "$out" ] && mkdir -p "$(dirname -- "$out")" && cp -r --no-preserve=ownership "$work" "$out"; then
        echo "Kept: $out" >&2
    fi
    rm -rf "$work"
    exit "$status"
}

failed() {  # WHAT LOG
    echo "witness: $1" >&2
    [ ! -s "$work/$server/$2.log" ] || tail -n 5 "$work/$server/$2.log" | cut -c 1-300 | sed 's/^/    /' >&2
    exit 1
}

# So many free ports, one a line. Outside of the kernel's own range for clients, so that no
# connection made meanwhile takes one.
free_ports() {
    python3 - "$1" <<'END'
import random, socket, sys

held = []
while len(held) < int(sys.argv[1]):
    it = socket.socket()
    try:
        it.bind(("127.0.0.1", random.randrange(20000, 32000)))
    except OSError:
        continue
    held.append(it)
for each in held:
    print(each.getsockname()[1])
END
}

await_port() {  # PORT WHOSE [SECONDS]
    local tries most=${3:-20}
    for ((tries = 0; tries < 50 * most; ++tries)); do
        ! (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null || return 0
        kill -0 "${running[-1]}" 2>/dev/null || failed "$2 does not start" "$2"
        sleep 0.02
    done
    failed "$2 does not answer within $most s" "$2"
}

# The programs that ask and that answer.
build_load() {
    mkdir "$work/load"
    g++ -std=c++20 -O1 -I . -o "$work/load/backends" tools/witnesses/backends.cpp &
    g++ -std=c++20 -O1 -I . -o "$work/load/clients" tools/witnesses/clients.cpp
    wait "$!"
}

start_backends() {  # PORT...
    start backends "$work/load/backends" "$@"
    await_port "${!#}" backends
}

# Records requests in FILE.csv. FILE.way has how long the way to the backend and back took in the mean,
# in microseconds: latency that was neither work nor a wait there.
record() {  # FILE HOW ...
    attend "${promptly[@]}" "$work/load/clients" "${@:2}" >"$1.csv" 2>"$1.way" ||
        { cp "$1.way" "$work/$server/clients.log"; failed "the clients fail" clients; }
    sed -i -n 's/^way //p' "$1.way"
}

# A field of a JSON file's top level.
field() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$@"; }  # FILE NAME

calculated() { awk "BEGIN { printf \"%.6g\", ($1) }"; }  # EXPRESSION

# Adds to the table what recordings say and their replays, and how far an exact algorithm is off.
# "TOLERANCES" are as in mean=2%.
compare_replays() {  # CASE TOLERANCES FOLDER
    python3 tools/witnesses/rows.py replays "$server" "$@" >>"$work/$server/rows.jsonl"
}

# Plays a recording through the scenario of it.
replay() {  # SCENARIO TRACE SEED OPTION...
    local trace=$2
    "$spate" replay "scenarios/witness/$1.json" "$trace" --seed "$3" --format json --quiet "${@:4}" \
        >"${trace%.csv}.json"
}
