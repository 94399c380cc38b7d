#!/usr/bin/env bats
# A sweep that mpirun starts as several processes: the same bytes as one, and a rank that is lost costs
# time alone.

bats_require_minimum_version 1.5.0

setup() {
    root=$(readlink -f "$BATS_TEST_DIRNAME/../..")
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_TEST_TMPDIR" || return 1
    unset NO_COLOR
    # mpirun does not start anything as root, and not more than there are cores, unless it is told.
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    pool=("$root/scenarios/models/nodes/pool.json" --vary nodes.web.replicas=1..8 --replications 2)
}

with_ranks() {
    command -v mpirun >/dev/null || skip "OpenMPI is not installed"
    [ -e "$(dirname "$SPATE")/spate_mpi.so" ] || skip "built without Boost.MPI"
    mpirun --oversubscribe "$@" 2>>errors
}

without_wall() {
    grep -v '"wall_s"' "$1"
}

@test "one, two and four ranks say what one process says" {
    "$SPATE" sweep "${pool[@]}" --format json --jobs 1 >local.json || [ $? -eq 99 ]
    for ranks in 1 2 4; do
        status=0
        with_ranks -n $ranks "$SPATE" sweep "${pool[@]}" --format json >ranks.json || status=$?
        [ "$status" -eq 99 ]
        cmp <(without_wall local.json) <(without_wall ranks.json)
    done
}

@test "a goal is searched by ranks, too" {
    goal=("${pool[@]}" --goal 'mean < 6ms' --max-replications 4)
    "$SPATE" sweep "${goal[@]}" --format json --jobs 1 >local.json
    with_ranks -n 2 "$SPATE" sweep "${goal[@]}" --format json >ranks.json
    cmp <(without_wall local.json) <(without_wall ranks.json)
}

@test "the others play, and a rank that is lost is told and costs time alone" {
    long=("$root/scenarios/models/nodes/pool.json" --vary nodes.web.replicas=5,6 --replications 12
          --duration 5min --jobs 1 --format json)
    "$SPATE" sweep "${long[@]}" >local.json
    # mpirun ends everybody with the first that is gone, unless it is told to recover.
    # shellcheck disable=SC2016  # expanded by each rank
    with_ranks -n 2 --enable-recovery bash -c 'echo $$ >pid.$OMPI_COMM_WORLD_RANK; exec "$@"' rank \
        "$SPATE" sweep "${long[@]}" --samples kept.jsonl >ranks.json 3>&- &
    until [ -s pid.1 ] && [ -s kept.jsonl ] && [ "$(wc -l <kept.jsonl)" -ge 3 ]; do
        sleep 0.1
        kill -0 $! || break
    done
    kill -KILL "$(cat pid.1)"
    wait $! || true
    grep -q 'spate: rank 1 is lost; [12] of its runs are played by others' errors
    cmp <(without_wall local.json) <(without_wall ranks.json)
}

@test "a rank whose scenario is another plays nothing" {
    cp "$root/scenarios/models/nodes/pool.json" pool.json
    # shellcheck disable=SC2016
    status=0
    with_ranks -n 2 bash -c '
        if ((OMPI_COMM_WORLD_RANK == 1)); then mkdir other; sed s,500/s,400/s, pool.json >other/pool.json; cd other; fi
        exec "$@"' rank "$SPATE" sweep pool.json --vary nodes.web.replicas=5,6 --replications 10 --duration 2min --jobs 1 >out || status=$?
    [ "$status" -ne 0 ]
    [ ! -s out ]
    grep -q 'spate: rank 1: its scenario is another' errors
}

@test "what is wrong is told once, and by a program that cannot play together at once" {
    with_ranks -n 3 "$SPATE" sweep nowhere.json --vary a=1,2 >out || true
    [ "$(grep -c 'nowhere.json' errors)" -eq 1 ]
    with_ranks -n 2 "$SPATE" sweep "${pool[@]}" --warm-up auto >out || true
    [ "$(grep -c 'cannot play with --warm-up auto' errors)" -eq 1 ]
    mkdir alone
    cp "$SPATE" alone/spate
    OMPI_COMM_WORLD_SIZE=2 run -2 --separate-stderr alone/spate sweep "${pool[@]}"
    [ -z "$output" ]
    [[ $stderr == *"started as 2 processes that play together, and cannot"*libboost-mpi-dev* ]]
}
