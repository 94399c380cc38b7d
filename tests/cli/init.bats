#!/usr/bin/env bats
# Scenarios to begin with: each is written, has a schema beside it, is sound and plays as it says.

bats_require_minimum_version 1.5.0

setup() {
    root=$(readlink -f "$BATS_TEST_DIRNAME/../..")
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    mkdir "$BATS_TEST_TMPDIR/here"
    cd "$BATS_TEST_TMPDIR/here" || return 1
    unset NO_COLOR
}

@test "alone it lists them, with a sentence each" {
    run -0 --separate-stderr "$SPATE" init
    for story in "$root"/scenarios/init/*.json; do
        [[ $output == *"$(basename "$story" .json) "*": "*"."* ]]
    done
    [ "$(grep -c '^[a-z]* *[A-Z]' <<<"$output")" -ge 4 ]
    [ -z "$(ls)" ]
}

@test "each story is written, without a warning about its words, and what it expects holds" {
    for story in shop queue microservices kubernetes; do
        run -0 --separate-stderr "$SPATE" init $story
        [[ $output == *"spate run $story.json --out out"* ]]
        grep -q '"$schema": "./spate.schema.json"' $story.json
        grep -q '^ *//' $story.json
        grep -q '"expect": \[' $story.json
        run -0 --separate-stderr "$SPATE" check $story.json
        for seed in 42 1 2; do
            run -0 --separate-stderr "$SPATE" run $story.json --seed $seed
            [[ $output == *"  held "* ]]
        done
    done
    cmp spate.schema.json <("$SPATE" schema)
}

@test "what a story's failure costs is what its comments say" {
    "$SPATE" init shop
    # Without the health check the balancer goes on sending to the server that is lost.
    run -99 "$SPATE" run shop.json --set nodes.front.health_check=null
    "$SPATE" init microservices
    # Without the fallback a slow recommendation is a failed home page.
    sed '/"kind": "fallback"/d; s/, "api.fallback_popular > 0"//' microservices.json >bare.json
    run -99 "$SPATE" run bare.json
    "$SPATE" init queue
    # Half of the workers do not even take the 40 orders a second of a quiet time.
    run -99 "$SPATE" run queue.json --set nodes.workers.replicas=4
    "$SPATE" init kubernetes
    # Without an autoscaler there are no more pods than before.
    run -99 "$SPATE" run kubernetes.json --set nodes.web.autoscaler.max_replicas=4
}

@test "a file that is there is left alone, unless another is named" {
    echo mine >shop.json
    run -2 --separate-stderr "$SPATE" init shop
    [[ $stderr == *"shop.json is there already"*"spate init shop FILE"* ]]
    [ "$(cat shop.json)" = mine ]
    [ ! -e spate.schema.json ]
    run -0 "$SPATE" init shop new/other.json
    [ -s new/other.json ] && [ -s new/spate.schema.json ]
    ln -s nowhere link.json
    run -2 "$SPATE" init shop link.json
}

@test "a story that there is not" {
    run -2 --separate-stderr "$SPATE" init shp
    [[ $stderr == *'no story "shp"'*"did you mean \"shop\"?"* ]]
    [ -z "$(ls)" ]
}

@test "scenarios that come with the program are played from any folder" {
    run -0 "$SPATE" check scenarios/models/nodes/pool.json
    run -0 "$SPATE" check models/nodes/pool.json
    run -0 "$SPATE" check scenarios/stories/covid/thursday.json --overlay scenarios/stories/covid/autoscaled.json
    run -2 "$SPATE" check ../README.md
    run -2 "$SPATE" check scenarios/nowhere.json
    # What is in the folder comes first.
    mkdir -p models/nodes
    echo '{' >models/nodes/pool.json
    run -2 "$SPATE" check models/nodes/pool.json
}
