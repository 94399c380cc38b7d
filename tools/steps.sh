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
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if ((status == 0)); then
        printf '  %-50s %4d s\n' "$what" $((SECONDS - start))
    else
        printf '  %-50s FAILED after %d s (exit %d)\n' "$what" $((SECONDS - start)) "$status"
        echo "  from $log:"
        { grep -aE -A 3 -m 20 'error:|Error|^E: ' "$log"; echo ...; tail -n 20 "$log"; } |
            cut -c 1-400 | sed 's/^/    /'
    fi
    return "$status"
}

# How many compilers to run at once: one a core, as long as each can have 1.5 GB.
job_count() {
    local cores kilobytes=0 name value _
    cores=$(nproc 2>/dev/null || echo 1)
    if [ -r /proc/meminfo ]; then
        while read -r name value _; do
            [ "$name" = MemAvailable: ] && kilobytes=$value
        done </proc/meminfo
    fi
    local by_memory=$((kilobytes / 1500000))
    ((kilobytes == 0)) && by_memory=2  # Nobody told us.
    ((by_memory < 1)) && by_memory=1
    echo $((cores < by_memory ? cores : by_memory))
}
