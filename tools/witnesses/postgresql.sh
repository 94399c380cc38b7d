# shellcheck shell=bash
# shellcheck disable=SC2317  # tools/witness calls what nothing here does
# PostgreSQL, asked by its own pgbench: one row that many clients update in turn, each of whom holds
# it for 5 ms; and a pool of ten connections at a load of a half. Simulated with random numbers of
# its own.
: "${work:?}" "${spate:?}" "${seconds:?}" "${repeats:?}" "${promptly[*]-}"

version_of_postgresql() { "$(program postgres)" --version; }

# PostgreSQL refuses to run as root: what stands before its programs then.
unprivileged=()
if ((EUID == 0)); then
    account=postgres
    id "$account" >/dev/null 2>&1 || account=nobody
    unprivileged=(setpriv --reuid "$account" --regid "$(id -g "$account")" --clear-groups)
fi

start_postgresql() {
    local folder=$work/postgresql/data tries
    mkdir "$folder"
    chmod 700 "$folder"
    ((EUID != 0)) || chown "$account" "$folder"
    (cd / && "${unprivileged[@]}" "$(program initdb)" -D "$folder" -A trust -U postgres --no-sync) \
        >"$work/postgresql/initdb.log" 2>&1 </dev/null || failed "initdb fails" initdb
    # Without fsync, as it was measured: a disk is no part of these scenarios.
    start postgresql "${unprivileged[@]}" "$(program postgres)" -D "$folder" -c "port=$port" -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories= -c fsync=off -c max_connections=100
    await_port "$port" postgresql
    # It listens a little before it answers.
    for ((tries = 0; tries < 100; ++tries)); do
        ! sql 'SELECT 1' >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    failed "PostgreSQL does not answer within 10 s" postgresql
}

sql() { "$(program psql)" -X -h 127.0.0.1 -p "$port" -U postgres -d postgres -v ON_ERROR_STOP=1 -Atc "$1"; }

# Runs a script of transactions; what pgbench says, and a line for each of them in FOLDER/NAME.*
bench() {  # FOLDER NAME SCRIPT SECONDS SEED OPTION...
    attend "${promptly[@]}" "$(program pgbench)" -h 127.0.0.1 -p "$port" -U postgres -n -j 1 -r \
        -f "$3" -T "$4" --random-seed="$5" -l --log-prefix="$1/$2" "${@:6}" postgres \
        >"$1/$2.txt" 2>"$1/$2.err" || { cat "$1/$2.err" >&2; failed "pgbench fails" postgresql; }
}

write_scripts() {
    cat >"$folder/lock.sql" <<'END'
BEGIN;
UPDATE stock SET q = q - 1 WHERE id = 1 AND q >= 1;
\sleep 5 ms
COMMIT;
END
    # Exponential, of a mean of 10 ms.
    cat >"$folder/query.sql" <<'END'
\set wait 0.01 * (-ln(random(1, 1000000) / 1000001.0))
SELECT pg_sleep(:wait);
END
    sql 'CREATE TABLE stock (id int PRIMARY KEY, q bigint); INSERT INTO stock VALUES (1, 1000000000)' >/dev/null
}

# Milliseconds that a line of the script took in the mean, as pgbench says.
took() { awk -v line="$2" 'index($0, line) { print $1; exit }' "$folder/$1.txt"; }  # NAME LINE

# What a client, a holder and a change of holders take here, from one client and from two; and what
# a query takes beyond the time that it is asked to.
calibrate_postgresql() {
    local length=$1 cycle
    bench "$folder" one "$folder/lock.sql" "$length" 1 -c 1
    bench "$folder" two "$folder/lock.sql" "$length" 1 -c 2
    way=$(calculated "($(took one BEGIN) + $(took one UPDATE)) / 2")
    hold=$(calculated "$(took two sleep) + $(took two COMMIT)")
    cycle=$(awk '/^tps = / { print 1000 / $3 }' "$folder/two.txt")
    handover=$(calculated "$cycle > $hold ? $cycle - $hold : 0")
    echo "    a client holds the row for $hold ms; from holder to holder passes $handover ms; a way to the server takes $way ms"
    echo 'SELECT 1;' >"$folder/nothing.sql"
    bench "$folder" nothing "$folder/nothing.sql" 1 1 -c 1 -R 200
    # pg_sleep waits for whole milliseconds.
    late=$(sql "DO \$\$ DECLARE at timestamptz; late float := 0; BEGIN
            FOR i IN 1..200 LOOP
                at := clock_timestamp(); PERFORM pg_sleep(i / 200.0 * 0.007);
                late := late + extract(epoch FROM clock_timestamp() - at) - i / 200.0 * 0.007;
            END LOOP; PERFORM set_config('w.late', (late / 200 * 1000)::text, false); END \$\$;
        SELECT current_setting('w.late')" | tail -n 1)
    excess=$(calculated "($late + $(took nothing 'SELECT 1')) / 2")
    echo "    a query of the pool takes $(calculated "2 * $excess") ms more than it is asked to"
}

# Throughput within 8 %: repeats of such runs were seen to differ by up to an eighth. Who of the waiting
# is next is almost random at PostgreSQL, and the one who has waited longest in the simulation; what
# that makes of the percentiles is shown.
measure_lock() {  # CLIENTS SCENARIO
    local i
    for ((i = 1; i <= repeats; ++i)); do
        bench "$folder" "real_$1_$i" "$folder/lock.sql" "$span" "$i" -c "$1"
        simulate "$2" "$i" "simulated_$1_$i" --set "nodes.clients.latency=${way}ms" \
            --set "nodes.postgresql.locks.hold_time=${hold}ms" \
            --set "nodes.postgresql.locks.handover_time=${handover}ms"
    done
    rows "one row, $1 clients" "$1" "throughput=8% p50=known p90=known"
}

measure_pool() {  # RATE SCENARIO
    local i rate query
    for ((i = 1; i <= repeats; ++i)); do
        bench "$folder" "real_pool_$i" "$folder/query.sql" "$span" "$i" -c 10 -R "$1"
        # As many queries, and as long ones, as chance made it there.
        rate=$(awk -v span="$span" '/actually processed/ { print $NF / span }' "$folder/real_pool_$i.txt")
        query=$(calculated "$(took "real_pool_$i" 'SELECT pg_sleep') - 2 * $excess")
        simulate "$2" "$i" "simulated_pool_$i" --set "nodes.app.endpoints.query.0.latency=${excess}ms" \
            --set nodes.clients.stages=null --set "nodes.clients.rate=$rate/s" \
            --set "nodes.postgresql.service_time.mean=${query}ms"
    done
    rows "pool of 10, $1/s" pool "mean=1% p50=1.5% p90=1.5% p99=1.5%"
}

simulate() {  # SCENARIO SEED NAME OPTION...
    "$spate" run "scenarios/witness/$1.json" --seed "$2" --format json --quiet "${@:4}" --replications 20 \
        --set "run.warm_up=$(calculated "$span / 10")s" --set "run.measure=$(calculated "$span * 0.9")s" \
        >"$folder/$3.json"
}

rows() {  # CASE NAME TOLERANCES
    python3 tools/witnesses/rows.py pgbench "$1" "$folder" "$2" "$span" "$3" >>"$work/postgresql/rows.jsonl"
}

measure_postgresql() {
    local repeats=6 port folder=$work/postgresql/runs span way hold handover late excess
    port=$(free_ports 1)
    mkdir "$folder"
    start_postgresql
    write_scripts
    # pgbench counts whole seconds.
    span=$(awk "BEGIN { span = int($seconds * 0.8 / (3 * $repeats)); print span < 1 ? 1 : span }")
    calibrate_postgresql "$span"
    measure_lock 8 R7_row_lock_n8_hold5ms
    measure_lock 16 R7_row_lock_n16_hold5ms
    measure_pool 500 R7_pool10_rho50
}
