#!/usr/bin/env bats
# Runs as data: what is played line by line, anywhere and in any order, is the sweep, to the byte.

setup() {
    root=$(readlink -f "$BATS_TEST_DIRNAME/../..")
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    export SPATE
    cd "$BATS_TEST_TMPDIR" || return 1
    unset NO_COLOR
    # Overloaded with one core: some percentiles fall among failures there, and one expectation is
    # crossed.
    cat >queue.json <<'JSON'
{
  "name": "queue",
  "run": {"warm_up": "1s", "measure": "5s"},
  "nodes": {
    "clients": {"kind": "open_loop", "rate": "120/s", "calls": "web",
                "policies": [{"kind": "timeout", "limit": "100ms"}]},
    "web": {"kind": "server", "cores": 1,
            "endpoints": {"get": [{"work": {"kind": "exponential", "mean": "10ms"}}]}}
  },
  "expect": ["availability >= 99%", "p(99) during 2s..4s < 150ms"]
}
JSON
    asked=(queue.json --vary nodes.web.cores=1..3 --replications 4 --metric web.utilisation
           --threshold 'mean < 50ms')
}

apart() {
    status=0
    output=$("$@" 2>errors) || status=$?
    errors=$(cat errors)
}

write_jobs() {
    "$SPATE" sweep "${asked[@]}" --jobs-out jobs.jsonl
}

# Everything but the time that it took.
without_wall() {
    grep -v '"wall_s"' "$1"
}

# The same exit, the same bytes.
same_as_local() {
    apart "$SPATE" sweep "${asked[@]}" --json
    local expected=$status
    without_wall - <<<"$output" >local.json
    apart "$SPATE" gather "$@" --format json
    [ "$status" -eq "$expected" ]
    without_wall - <<<"$output" >gathered.json
    cmp local.json gathered.json
    grep -q '"waited_s"' local.json  # of the hard kind: a percentile among failures
}

@test "jobs that are played in any order are the sweep" {
    apart write_jobs
    [ "$status" -eq 0 ]
    [ -z "$output$errors" ]
    [ "$(wc -l <jobs.jsonl)" -eq 12 ]
    sort -r jobs.jsonl | "$SPATE" play --job - >samples.jsonl
    same_as_local jobs.jsonl samples.jsonl
    head -n 1 jobs.jsonl >first.jsonl
    "$SPATE" play --job "$(cat first.jsonl)" >one.jsonl
    grep -qxFf one.jsonl samples.jsonl
}

@test "what only some variants have is as the sweep says it" {
    cat >scaled.json <<'JSON'
{
  "run": {"measure": "40s"},
  "nodes": {
    "clients": {"kind": "open_loop", "rate": "50/s", "calls": "front"},
    "front": {"kind": "pool", "of": "web"},
    "web": {"kind": "server", "cores": 1, "replicas": 2, "endpoints": {"get": [{"work": "5ms"}]}}
  }
}
JSON
    asked=(scaled.json --replications 2
           --vary 'nodes.web.autoscaler=null,{"kind": "hpa", "metrics": [{"cpu": "70%"}], "max_replicas": 4}'
           --metric web.instances)
    write_jobs
    "$SPATE" play --job - <jobs.jsonl >samples.jsonl
    "$SPATE" sweep "${asked[@]}" --json | without_wall - >local.json
    "$SPATE" gather jobs.jsonl samples.jsonl --format json | without_wall - >gathered.json
    cmp local.json gathered.json
}

@test "a run that is missing is named, and can be played" {
    write_jobs
    sed 5d jobs.jsonl | "$SPATE" play --job - >samples.jsonl
    apart "$SPATE" gather jobs.jsonl samples.jsonl --missing rest.jsonl --out out
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [ ! -e out ]
    [[ $errors == *"1 of 12 runs are missing"*"2, replication 0"* ]]
    cmp rest.jsonl <(sed -n 5p jobs.jsonl)
    "$SPATE" play --job - <rest.jsonl >rest_samples.jsonl
    same_as_local jobs.jsonl samples.jsonl rest_samples.jsonl
}

@test "what is there twice, of another sweep, or broken, is refused" {
    write_jobs
    "$SPATE" play --job - <jobs.jsonl >samples.jsonl
    wrong() {
        apart "$SPATE" gather jobs.jsonl "$@" --out out
        [ "$status" -eq 2 ]
        [ -z "$output" ]
        [ ! -e out ]
    }
    wrong samples.jsonl samples.jsonl
    [[ $errors == *"samples.jsonl:1: job "*" is there twice"* ]]
    "$SPATE" sweep "${asked[@]}" --seed 7 --jobs-out others.jsonl
    head -n 1 others.jsonl | "$SPATE" play --job - >other.jsonl
    wrong samples.jsonl other.jsonl
    [[ $errors == *"other.jsonl:1: job "*" is not one of this sweep"* ]]
    sed '3s/"offered"/"offred"/' samples.jsonl >broken.jsonl
    wrong broken.jsonl
    [[ $errors == *'broken.jsonl:3: it has no "offered"'* ]]
    wrong nowhere.jsonl
    [[ $errors == *"cannot read nowhere.jsonl"* ]]
}

@test "a job that was edited, or whose scenario was, is not played" {
    write_jobs
    wrong() {
        apart "$SPATE" play --job "$1"
        [ "$status" -eq 2 ]
        [ -z "$output" ]
    }
    line=$(head -n 1 jobs.jsonl)
    wrong "${line/\"seed\":42/\"seed\":43}"
    [[ $errors == *"was it edited?"* ]]
    wrong '{"schema":'
    wrong ''
    sed -i 's/120/110/' queue.json
    wrong "$line"
    [[ $errors == *"queue.json is not what it was when the job was written"* ]]
}

@test "a sweep that was killed goes on where it was" {
    "$SPATE" sweep "${asked[@]}" --json | without_wall - >local.json || true
    "$SPATE" sweep "${asked[@]}" --samples kept.jsonl --quiet || [ $? -eq 99 ]
    [ "$(wc -l <kept.jsonl)" -eq 12 ]
    cp kept.jsonl all.jsonl
    head -n 7 all.jsonl >kept.jsonl
    sed -n 8p all.jsonl | head -c 100 >>kept.jsonl  # killed within a line
    apart "$SPATE" sweep "${asked[@]}" --samples kept.jsonl --json
    cmp local.json <(without_wall - <<<"$output")
    cmp <(sort all.jsonl) <(sort kept.jsonl)
}

@test "what decides as it goes cannot be said beforehand" {
    wrong() {
        apart "$SPATE" sweep "$@" --jobs-out jobs.jsonl
        [ "$status" -eq 2 ]
        [ ! -e jobs.jsonl ]
    }
    wrong "${asked[@]}" --goal 'mean < 1s'
    [[ $errors == *"--jobs-out cannot be with --goal"* ]]
    wrong "${asked[@]}" --warm-up auto
    wrong "${asked[@]}" --out out
    [[ $errors == *"spate gather takes --out"* ]]
    wrong - --vary nodes.web.cores=1,2 <queue.json
    [[ $errors == *"needs the scenario as a file"* ]]
}

@test "GNU parallel plays them, and goes on where it was" {
    command -v parallel >/dev/null || skip "parallel is not installed"
    write_jobs
    BATCH=3 "$root/tools/cluster/parallel" jobs.jsonl samples.jsonl --will-cite
    same_as_local jobs.jsonl samples.jsonl
    sed -i '9,$d' samples.jsonl
    BATCH=3 "$root/tools/cluster/parallel" jobs.jsonl samples.jsonl --will-cite
    same_as_local jobs.jsonl samples.jsonl
}

@test "an array of Slurm's plays them" {
    write_jobs
    status=0
    "$root/tests/support/with_slurm" sbatch --wait --array=1-3 --chdir="$PWD" --output=/dev/null \
        --export=ALL "$root/tools/cluster/slurm" jobs.jsonl samples || status=$?
    ((status != 77)) || skip "there is no Slurm that can be run here"
    [ "$status" -eq 0 ]
    [ "$(find samples -name '*.jsonl' | wc -l)" -eq 3 ]
    same_as_local jobs.jsonl samples/*.jsonl
}
