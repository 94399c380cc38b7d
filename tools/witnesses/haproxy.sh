# shellcheck shell=bash
# HAProxy in front of eight backends, with exponential work of 10 ms: least connections, a queue in
# the proxy because each server takes one request at a time, and that queue in overload, with a time
# limit. Each is recorded and then replayed.
#
# It runs with one thread: with several, HAProxy 2.6 was seen to leave a server idle under a queue
# (scenarios/witness/R10_starvation_thread1_2.json).
: "${work:?}" "${seconds:?}" "${repeats:?}"

version_of_haproxy() { "$(program haproxy)" -v | sed -n '1s/ - .*//p'; }

haproxy_configuration() {  # BALANCE QUEUE_TIMEOUT SERVER_OPTIONS SERVERS
    cat <<END
global
    nbthread 1
    maxconn 8000
defaults
    mode http
    timeout connect 2s
    timeout client 300s
    timeout server 120s
    timeout queue $2
frontend f
    bind 127.0.0.1:${ports[0]}
    default_backend b
backend b
    balance $1
END
    local i
    for ((i = 1; i <= $4; ++i)); do echo "    server s$i 127.0.0.1:${ports[i]} $3"; done
}

start_haproxy() {  # BALANCE QUEUE_TIMEOUT SERVER_OPTIONS SERVERS
    haproxy_configuration "$@" >"$work/haproxy/haproxy.cfg"
    start haproxy "$(program haproxy)" -db -f "$work/haproxy/haproxy.cfg"
    await_port "${ports[0]}" haproxy
}

# Starts HAProxy, records the same requests some times, and replays what was recorded.
measure_haproxy_balancer() {  # NAME SCENARIO RATE TOLERANCES BALANCE QUEUE_TIMEOUT SERVER_OPTIONS
    local folder=$work/haproxy/$2 i outward
    mkdir "$folder"
    # A new HAProxy each time, so that the turn is with the first server.
    for ((i = 1; i <= repeats; ++i)); do
        start_backends "${ports[@]:1}"
        start_haproxy "${@:5}" 8
        record "$folder/$i" open "${ports[0]}" "$3" "$span" 10000 1
        stop_servers
    done
    for ((i = 1; i <= repeats; ++i)); do
        # Where there is no line in HAProxy, what the recording itself says of the way is nearer than
        # what was calibrated: a machine is busier at one time than at another.
        outward=$to_proxy
        [ -n "$7" ] || outward=$(calculated "$(cat "$folder/$i.way") / 2 - $to_backend")
        replay "$2" "$folder/$i.csv" "$i" --set "run.warm_up=$(calculated "$span / 10")s" \
            --set "nodes.clients.latency=${outward}us" --set "nodes.haproxy.latency=${to_backend}us"
    done
    compare_replays "$1" "$4" "$folder"
}

# How long a request takes without work, and how long a server that takes one at a time is without
# a request when others wait: a way to it and back.
calibrate_haproxy() {
    local length
    length=$(calculated "$seconds * 0.05")
    start_backends "${ports[@]:1}"
    record "$work/haproxy/bare" open "${ports[1]}" 300 "$length" 0 7
    start_haproxy roundrobin 120s "" 8
    record "$work/haproxy/way" open "${ports[0]}" 300 "$length" 0 7
    stop_servers
    start_backends "${ports[@]:1}"
    start_haproxy roundrobin 120s "maxconn 1" 8
    record "$work/haproxy/gap" closed "${ports[0]}" 32 "$length" 10000 7
    stop_servers
    way=$(cat "$work/haproxy/way.way")
    # From reply to reply of one server, what is not work.
    gap=$(awk -F, 'NR > 1 { print $3, $1 + $4, $2 }' "$work/haproxy/gap.csv" | sort -k1,1n -k2,2n |
        awk '$1 == last && $2 > 200000 { sum += $2 - end - $3; ++count } { last = $1; end = $2 }
            END { print sum / count }')
    to_backend=$(calculated "$gap / 2")
    to_proxy=$(calculated "$way > $gap ? ($way - $gap) / 2 : 0")
    echo "    without work a request takes $(cat "$work/haproxy/bare.way") us to a backend, and $way us by way of HAProxy; a server with maxconn 1 is idle for $gap us under a queue"
}

measure_haproxy() {
    local ports way gap to_backend to_proxy span
    mapfile -t ports < <(free_ports 9)
    # A fourth of the time for calibration and for starting; the rest for three times the repeats.
    span=$(calculated "$seconds * 0.75 / (3 * $repeats)")
    calibrate_haproxy

    # What an exact algorithm misses of such recordings, in which who has ended decides, and with it
    # microseconds.
    measure_haproxy_balancer leastconn R3_haproxy_exp_leastconn_thread1 560 \
        "mean=2% p50=2% p90=2% p99=5%" leastconn 120s ""
    measure_haproxy_balancer "roundrobin, maxconn 1" R3_haproxy_exp_rr_maxconn1 560 \
        "mean=2% p50=2% p90=2% p99=5%" roundrobin 120s "maxconn 1"
    measure_haproxy_balancer "overload, timeout queue 200ms" R10_haproxy_exp_rho120_qt200ms 960 \
        "ok=0.5% mean=1% p50=1.5% p90=1.5% p99=1.5%" roundrobin 200ms "maxconn 1"
}
