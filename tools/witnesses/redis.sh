# shellcheck shell=bash
# Redis as a cache with room for a tenth of 100,000 keys: how often it has what it is asked for, by
# what it evicts. Simulated with random numbers of its own.
: "${work:?}" "${spate:?}" "${seconds:?}"

version_of_redis() { "$(program redis-server)" --version | cut -d' ' -f1-3; }

start_redis() {  # POLICY MAXMEMORY
    start redis "$(program redis-server)" --bind 127.0.0.1 --port "$port" --save '' --appendonly no \
        --dir "$work/redis" --maxmemory-policy "$1" --maxmemory "$2" --maxmemory-samples 5
    await_port "$port" redis
}

redis_client() { attend python3 tools/witnesses/redis_client.py "$@"; }

# A new Redis each time: its samples of keys depend on what it has had before.
measure_redis_policy() {  # POLICY SCENARIO
    local folder=$work/redis/$2 i real
    mkdir "$folder"
    for ((i = 1; i <= repeats; ++i)); do
        start_redis "$1" "$memory"
        real=$folder/real_$i.json
        redis_client play "$port" "$rate" "$span" 0.99 "$i" >"$real"
        stop_servers
        "$spate" run "scenarios/witness/$2.json" --seed "$i" --format json --quiet \
            --set "nodes.clients.rate=$(field "$real" rate)/s" --set "run.warm_up=$(field "$real" half)s" \
            --set "run.measure=$(field "$real" half)s" \
            --set "nodes.redis.capacity=$(field "$real" entries)B" >"$folder/simulated_$i.json"
    done
    python3 tools/witnesses/rows.py redis "$1" "$folder" >>"$work/redis/rows.jsonl"
}

measure_redis() {
    local repeats=5 rate=40000 port span memory  # a cache has to be filled each time
    port=$(free_ports 1)
    # The first half has to fill the cache, which takes some 40,000 lookups.
    span=$(calculated "$seconds * 0.7 / (3 * $repeats)")
    span=$(calculated "$span < 2 ? 2 : $span")
    start_redis noeviction 0
    memory=$(redis_client room "$port" 9900)
    stop_servers
    echo "    9900 entries of 1000 bytes take $memory bytes, which is maxmemory; $rate lookups a second"
    # The same room for all; that of the scenario is replaced by what there was.
    measure_redis_policy allkeys-lru R6_allkeys-lru_z0.99_f0.1
    measure_redis_policy allkeys-lfu R6_allkeys-lfu_z0.99_f0.01
    measure_redis_policy allkeys-random R6_allkeys-random_z0.99_f0.1
}
