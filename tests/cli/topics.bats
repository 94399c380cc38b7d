#!/usr/bin/env bats
# spate topics: what the topics of a finished run keep.

bats_require_minimum_version 1.5.0

setup_file() {
    spate=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_FILE_TMPDIR" || return 1
    cat >shop.json <<'END'
{"run": {"measure": "4s"}, "nodes": {
  "users": {"kind": "open_loop", "rate": "50/s", "arrivals": "constant", "calls": "shop.buy"},
  "shop":  {"kind": "server", "endpoints": {"buy": [{"publish": "kafka.order-created", "key": "item"}]}},
  "kafka": {"kind": "kafka", "topics": {"order-created": {"partitions": 3}, "mails": {}}}}}
END
    "$spate" run shop.json --quiet --out out
}

setup() {
    spate=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_FILE_TMPDIR" || return 1
}

# Of run.json.
figure() {
    python3 -c 'import json, sys
print(int(json.load(open("out/run.json"))["nodes"]["kafka"][sys.argv[1]]))' "$1"
}

@test "topics are listed with how much they keep" {
    run -0 "$spate" topics out
    [[ ${lines[0]} == *topic*partitions*messages*bytes*"oldest s"*"newest s"* ]]
    [[ ${lines[1]} == *kafka.order-created*3*"$(figure retained)"* ]]
    [[ ${lines[2]} == *kafka.mails*1*" 0 "*-*- ]]
}

@test "from the beginning there is a line for each record, in the order of time" {
    run -0 "$spate" topics out --topic order-created --from-beginning
    [ "$(grep -cE '^ +[0-2] +[0-9]+ +[0-9.]+ +[0-9]+ +[0-9]+ +[0-9a-f]{16}$' <<<"$output")" -eq "$(figure retained)" ]
    grep -E '^ +[0-2] ' <<<"$output" | awk '{ print $3 }' | sort -C -n
}

@test "otherwise the newest ten, and of one partition where that is asked for" {
    run -0 "$spate" topics out --topic kafka.order-created
    [ "$(grep -cE '^ +[0-2] ' <<<"$output")" -eq 10 ]
    [[ $output == *"10 of $(figure retained) messages"*"--from-beginning"* ]]
    run -0 "$spate" topics out --topic order-created --partition 2 --max-messages 4 --from-beginning
    [ "$(grep -cE '^ +2 +[0-3] ' <<<"$output")" -eq 4 ]
}

@test "as JSON, a line each" {
    "$spate" topics out --topic order-created --from-beginning --format json >all.jsonl
    python3 -c 'import json
lines = [json.loads(line) for line in open("all.jsonl")]
assert lines[0]["messages"] == len(lines) - 1 > 190
assert len({line["request"] for line in lines[1:]}) == len(lines) - 1'
    [ "$("$spate" topics out --format json | wc -l)" -eq 2 ]
}

@test "what is not there is said, with what is: exit 2" {
    run -2 "$spate" topics out --topic orders
    [[ $output == *"--topic orders"*kafka.order-created*kafka.mails* ]]
    run -2 "$spate" topics out --topic mails --partition 1
    [[ $output == *"--partition 1"*"0 to 0"* ]]
    run -2 "$spate" topics out --from-beginning
    [[ $output == *"add --topic"* ]]
    run -2 "$spate" topics nowhere
    [[ $output == *"nowhere/topics.jsonl cannot be read"* ]]
    mkdir -p broken && echo nonsense >broken/topics.jsonl
    run -2 "$spate" topics broken
    [[ $output == *"topics.jsonl cannot be read"* ]]
}

@test "a run without a broker leaves no such file" {
    cat >plain.json <<'END'
{"run": {"measure": "1s"}, "nodes": {"users": {"kind": "open_loop", "rate": "5/s", "calls": "shop"},
  "shop": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}}}}
END
    "$spate" run plain.json --quiet --out plain
    [ ! -e plain/topics.jsonl ]
}

@test "what was written is said, and nothing else" {
    run -0 "$spate" run shop.json --no-report --out brief
    [[ $output == *"written: brief/run.json"* && $output != *report.html* ]]
    [ ! -e brief/report.html ]
}
