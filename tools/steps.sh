# shellcheck shell=bash
# A step of a script: one line on the terminal, everything else in a log. Sourced, not run.

# Runs a command quietly and says how long it took; when it fails, shows what it said of errors, and
# the end.
# The log is in $log_folder, named after the step.
run_step() {
    local what=$1 log status=0 start=$SECONDS
    shift
    mkdir -p "${log_folder:?}" || return
    log=$log_folder/${what//[^A-Za-z0-9]/_}.log
    cpu_time "$log.cpu" "$@" >"$log" 2>&1 </dev/null || status=$?
    if ((status == 0)); then
        printf '  %-50s %4d s  %5d s CPU\n' "$what" $((SECONDS - start)) "$(cat "$log.cpu")"
    else
        printf '  %-50s FAILED after %d s (exit %d)\n' "$what" $((SECONDS - start)) "$status"
        echo "  from $log:"
        { grep -aE -A 3 -m 20 'error:|Error|^E: ' "$log"; echo ...; tail -n 20 "$log"; } |
            cut -c 1-400 | sed 's/^/    /'
    fi
    return "$status"
}

# Runs a command, and writes the seconds of CPU that it and all it started took to a file.
cpu_time() {
    local file=$1 status=0 TIMEFORMAT='%U %S' user system
    shift
    # What the command says goes where it would have gone.
    { time "$@" 2>&4 || status=$?; } 4>&2 2>"$file"
    read -r user system <"$file"
    echo $((${user%%.*} + ${system%%.*})) >"$file"
    return "$status"
}

# How many compilers to run at once: one a core, as long as each can have 2 GB.
job_count() {
    local cores kilobytes=0 name value _
    cores=$(nproc 2>/dev/null || echo 1)
    if [ -r /proc/meminfo ]; then
        while read -r name value _; do
            [ "$name" = MemAvailable: ] && kilobytes=$value
        done </proc/meminfo
    fi
    local by_memory=$((kilobytes / 2000000))
    ((kilobytes == 0)) && by_memory=2  # Nobody told us.
    ((by_memory < 1)) && by_memory=1
    echo $((cores < by_memory ? cores : by_memory))
}
