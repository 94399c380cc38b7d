#!/usr/bin/env bats
# What a check says to other programs.

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_TEST_TMPDIR" || return 1
    cat >shop.json <<'JSON'
{
  "nodes": {
    "users": {"kind": "open_loop", "rate": "5/s", "calls": "web"},
    "web": {"kind": "server", "replica": 2, "cores": "500m",
            "endpoints": {"get": [{"work": "1ms"}]}}
  },
  "expect": ["p99 < 1s"]
}
JSON
}

@test "each problem has its file, line, column, path, message and hint" {
    run "$SPATE" check shop.json --format json
    [ "$status" -eq 2 ]
    echo "$output" | python3 -c '
import json, sys
report = json.load(sys.stdin)
assert report["schema"] == "spate.check/1" and report["ok"] is False
assert report["files"] == [{"file": "shop.json", "ok": False}], report["files"]
first = report["problems"][0]
assert (first["file"], first["line"], first["column"]) == ("shop.json", 4, 31), first
assert first["path"] == "/nodes/web/replica", first
assert "replica" in first["message"] and "did you mean \"replicas\"" in first["hint"], first
assert {each["line"] for each in report["problems"]} == {4}, report'
}

@test "it finds as many problems as people are told of, expectations among them" {
    sed -i 's/"replica": 2, "cores": "500m",//' shop.json
    run "$SPATE" check shop.json
    [ "$status" -eq 2 ]
    run "$SPATE" check shop.json --format json
    [ "$status" -eq 2 ]
    echo "$output" | python3 -c '
import json, sys
[only] = json.load(sys.stdin)["problems"]
assert (only["line"], only["path"]) == (7, "/expect/0"), only
assert "p(99)" in only["hint"], only'
}

@test "warnings have the place of the node that they are about" {
    sed -i 's/"replica": 2, "cores": "500m",//; s/p99/p(99)/' shop.json
    run "$SPATE" check shop.json missing.json --format json
    [ "$status" -eq 2 ]
    echo "$output" | python3 -c '
import json, sys
report = json.load(sys.stdin)
assert [each["ok"] for each in report["files"]] == [True, False], report
[warning] = report["warnings"]
assert (warning["path"], warning["line"]) == ("/nodes/web", 4), warning
assert "single point of failure" in warning["message"], warning
[problem] = report["problems"]
assert problem["file"] == "missing.json" and problem["line"] is None, problem'
}

@test "all is well: exit 0, and nothing but JSON on the standard output" {
    sed -i 's/"replica": 2, "cores": "500m",/"replicas": 2,/; s/p99/p(99)/' shop.json
    run "$SPATE" check shop.json --format json
    [ "$status" -eq 0 ]
    echo "$output" | python3 -c '
import json, sys
report = json.load(sys.stdin)
assert report["ok"] is True and report["problems"] == [], report'
}

@test "a lab tells of its own words, and of what it would play" {
    cat >lab.json <<'JSON'
{
  "rows": ["XX-01"], "title": "t", "scenario": "shop.json",
  "claim": {"served": {"expect": "availabilty > 1%", "because": "Some of all are served."}},
  "controls": {"fewer": {"about": "Fewer ask.", "set": {"nodes.users.rate": "1/s"}, "breaks": ["served"],
                         "claim": {"none": {"expect": "availability == 0%", "because": "None is."}}}}
}
JSON
    run "$SPATE" check lab.json --format json
    [ "$status" -eq 2 ]
    echo "$output" | python3 -c '
import json, sys
paths = [each["path"] for each in json.load(sys.stdin)["problems"]]
assert "/nodes/web/replica" in paths, paths'
    sed -i 's/"replica": 2, "cores": "500m",/"replicas": 2,/; s/p99/p(99)/' shop.json
    run "$SPATE" check lab.json --format json
    [ "$status" -eq 2 ]
    echo "$output" | python3 -c '
import json, sys
[only] = json.load(sys.stdin)["problems"]
assert (only["file"], only["line"]) == ("lab.json", 3) and only["path"].startswith("/claim"), only'
}

@test "500m where only whole numbers are known is answered with the number that it is" {
    sed -i 's/"replica": 2, "cores": "500m",/"replicas": "2000m", "threads": "500m",/; s/p99/p(99)/' shop.json
    run "$SPATE" check shop.json --format json
    [ "$status" -eq 2 ]
    echo "$output" | python3 -c '
import json, sys
hints = {each["path"]: each["hint"] for each in json.load(sys.stdin)["problems"]}
assert hints["/nodes/web/replicas"] == "write 2", hints
assert "\"500m\" is 0.5" in hints["/nodes/web/threads"], hints'
}

@test "weights beyond the targets that there are are warned of" {
    cat >pool.json <<'JSON'
{"nodes": {
  "users": {"kind": "open_loop", "rate": "5/s", "calls": "front"},
  "front": {"kind": "pool", "of": "web", "weights": [1, 2, 3], "balancer": {"kind": "weighted_round_robin"}},
  "web": {"kind": "server", "replicas": 2, "endpoints": {"get": [{"work": "1ms"}]}}}}
JSON
    run "$SPATE" check pool.json
    [ "$status" -eq 0 ]
    [[ $output == *'"front" has 3 weights for 2 targets: "web" has no more instances'* ]]
    sed -i 's/"replicas": 2/"replicas": 3/' pool.json
    run "$SPATE" check pool.json
    [[ $output != *weights* ]]
}

@test "what --set changes is checked, and wrong where it is said" {
    sed -i 's/"replica": 2, "cores": "500m",/"replicas": 2,/; s/p99/p(99)/' shop.json
    run "$SPATE" check shop.json --set nodes.web.cores=2
    [ "$status" -eq 0 ]
    run "$SPATE" check shop.json --set nodes.web.replicas=0
    [ "$status" -eq 2 ]
    [[ $output == *"--set"*"replicas"* ]]
    run "$SPATE" check shop.json --set nodes.web.cors=2
    [[ $output == *'did you mean "cores"?'* ]]
    echo '{"rows": ["XX-01"], "title": "t", "scenario": "shop.json", "claim": {}}' >lab.json
    run "$SPATE" check lab.json --set nodes.web.cores=2
    [ "$status" -eq 2 ]
    [[ $output == *"--set and --overlay are for scenarios"* ]]
}
