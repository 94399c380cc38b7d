#!/usr/bin/env bats
# The COVID story from outside: what it is on a knife edge about, and what cannot be played in part.

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    spate=$(readlink -f "${SPATE:-build/spate}")
    story=scenarios/stories/covid
}

# A half, as no fifth of eight cores is a quarter's.
moved() {
    "$spate" sweep "$story/$1.json" --sensitivity 20% --replications 1 --set run.scale=50% --set 'expect=[]' "${@:2}"
}

@test "a fifth more or less of any assumption leaves February healthy" {
    run -0 moved february --set nodes.learners.arrive_over=10s --duration 40s --threshold 'availability >= 99.9%'
    [[ $output == *'is moved most by'* ]]
}

@test "a fifth more or less of any assumption leaves March broken" {
    run -0 moved march --duration 150s --threshold 'availability < 99.9%'
    [[ $output == *'"lessons_a_session" changes nothing of this run: not an event.'* ]]
}

@test "Thursday is not divided: the place is told" {
    run -2 "$spate" check $story/thursday.json --set run.scale=20%
    [[ $output == *'20% of 3 is 0.6'* ]]
    [[ $output == *'a kafka has nothing to divide'* ]]
}

@test "the days, and the patterns one by one, are tables" {
    run "$spate" compare CV-13 --replications 1 --duration 5s
    ((status == 0 || status == 99))
    for day in monday tuesday wednesday thursday; do [[ $output == *"  $day "* ]]; done
}
