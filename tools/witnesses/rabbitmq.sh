# shellcheck shell=bash
# RabbitMQ with four consumers of 10 ms a message: what prefetch gives to one who is three times as
# slow, and what a time to live loses in overload. Simulated with random numbers of its own; counted is
# what was handled when the last message was published, from the first on.
: "${work:?}" "${spate:?}" "${seconds:?}" "${promptly[*]-}" "${repeats:?}"

version_of_rabbitmq() { dpkg-query --show --showformat 'RabbitMQ ${Version}' rabbitmq-server 2>/dev/null || echo RabbitMQ; }

# All that it writes in the temporary folder, with a port mapper (epmd) of its own.
start_rabbitmq() {
    local folder=$work/rabbitmq
    mapfile -t ports < <(free_ports 3)
    echo '[].' >"$folder/enabled_plugins"
    : >"$folder/rabbitmq.conf"
    export HOME=$folder ERL_EPMD_PORT=${ports[1]} ERL_EPMD_ADDRESS=127.0.0.1
    start epmd "$(program epmd)" -address 127.0.0.1 -port "${ports[1]}"
    await_port "${ports[1]}" epmd
    start_slowly rabbitmq env RABBITMQ_NODENAME="witness@localhost" RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 \
        RABBITMQ_NODE_PORT="${ports[0]}" RABBITMQ_DIST_PORT="${ports[2]}" RABBITMQ_CONF_ENV_FILE=/dev/null \
        RABBITMQ_CONFIG_FILE="$folder/rabbitmq.conf" RABBITMQ_ADVANCED_CONFIG_FILE="$folder/advanced.config" \
        RABBITMQ_MNESIA_BASE="$folder/mnesia" RABBITMQ_LOG_BASE="$folder/log" \
        RABBITMQ_ENABLED_PLUGINS_FILE="$folder/enabled_plugins" RABBITMQ_PID_FILE="$folder/pid" \
        "$(program rabbitmq-server)"
    await_port "${ports[0]}" rabbitmq 120
    hasten
}

load() { attend "${promptly[@]}" python3 tools/witnesses/rabbitmq_load.py "${ports[0]}" "$@"; }

measure_consumers() {  # CASE FIGURES SCENARIO RATE PREFETCH TTL_MS SLOW...
    local folder=$work/rabbitmq/$3 i real each sets
    mkdir "$folder"
    for ((i = 1; i <= repeats; ++i)); do
        load "$3_$i" "$4" "$span" 10 "$i" "$5" "$6" "${@:7}" >"$folder/real_$i.json"
        # As many messages, and as long ones, as chance made it there.
        real=$folder/real_$i.json sets=()
        for each in 0 1 2 3; do
            sets+=(--set "nodes.worker$each.endpoints.work.0.work.mean=$(field "$real" work_ms)ms")
        done
        "$spate" run "scenarios/witness/$3.json" --seed "$i" --format json --quiet \
            --set run.warm_up=0s --set "run.measure=${span}s" --replications 20 \
            --set nodes.publisher.stages=null --set "nodes.publisher.rate=$(field "$real" rate)/s" "${sets[@]}" \
            --set "nodes.rabbit.publish_time=${half}us" --set "nodes.rabbit.delivery_time=${half}us" \
            >"$folder/simulated_$i.json"
    done
    python3 tools/witnesses/rows.py rabbitmq "$1" "$2" "$folder" >>"$work/rabbitmq/rows.jsonl"
}

measure_rabbitmq() {
    local repeats=6 ports span half
    start_rabbitmq
    span=$(calculated "$seconds * 0.7 / (3 * $repeats)")
    # What the broker itself takes, half of it to publish and half to deliver.
    load idle 200 2 0 1 1 0 1 >"$work/rabbitmq/idle.json"
    half=$(calculated "$(field "$work/rabbitmq/idle.json" median_ms) * 1000 / 2")
    echo "    from publisher to consumer a message takes $(calculated "2 * $half") us"
    measure_consumers "one is slow, prefetch 1" "mean,share of the slow" R13_mq_unequal_prefetch1 233 1 0 1 1 1 3
    measure_consumers "one is slow, prefetch 100" "mean,share of the slow" R13_mq_unequal_prefetch100 233 100 0 1 1 1 3
    measure_consumers "overload, TTL of 200 ms" "mean,handled" R13_mq_ttl200_rho120 480 1 200 1 1 1 1
}
