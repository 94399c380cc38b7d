#!/usr/bin/env bats
# Rows of the guides and the labs that prove them: what is said of each, and that a row is enough to
# name its lab, from any folder.

bats_require_minimum_version 1.5.0

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    tree=$(readlink -f "$BATS_TEST_DIRNAME/../..")
    cd "$BATS_TEST_TMPDIR" || return 1
}

@test "rows.json says in both languages what each row claims that a lab proves, and of no other" {
    python3 - "$tree/scenarios" <<'PY'
import json, pathlib, re, sys

def once(pairs):
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names), names
    return dict(pairs)

scenarios = pathlib.Path(sys.argv[1])
told = json.loads((scenarios / "rows.json").read_text(), object_pairs_hook=once)
proven = set()
for lab in (scenarios / "labs").glob("*.json"):
    rows = re.search(r'^\s*"rows":\s*\[([^\]]*)\]', lab.read_text(), re.M).group(1)
    proven |= set(re.findall(r'"([^"]+)"', rows))
assert set(told["rows"]) == proven, set(told["rows"]) ^ proven
assert {row[:2] for row in proven} == set(told["groups"])
assert {row["source"]["guide"] for row in told["rows"].values()} <= {int(guide) for guide in told["sources"]}
hangul = re.compile("[\uac00-\ud7a3]")
for name, row in told["rows"].items():
    assert not hangul.search(row["en"]) and len(re.findall("[\uac00-\ud7a3]", row["ko"])) > 5, name
    assert all(20 < len(row[each]) < 400 and row[each][-1] in ".)" for each in ("en", "ko")), name
# A row says something of its own.
for language in ("en", "ko"):
    assert len({row[language] for row in told["rows"].values()}) == len(told["rows"])
PY
}

@test "the list of labs is what --list says of them" {
    "$SPATE" lab --labs "$tree/scenarios/labs" all --list | diff - "$tree/scenarios/labs/README.md"
    grep -q '(labs/README.md)' "$tree/scenarios/README.md"
}

@test "a row stands for the scenario of its lab, from any folder" {
    "$SPATE" run CA-17 --quiet --duration 1s
    "$SPATE" check CA-17 CA-03-race RS-05
    "$SPATE" explain CA-17 --duration 1s
    "$SPATE" analyze CA-17
    "$SPATE" graph CA-17 --format dot
    "$SPATE" plan CA-17 --set nodes.db.cores=8
    "$SPATE" compare CA-17 CA-18 --duration 1s --replications 2
    "$SPATE" lab CA-06
    # A row that is not the first of its lab.
    "$SPATE" graph RS-05 --format dot | tail -n +2 | diff - <("$SPATE" graph RS-01 --format dot | tail -n +2)
}

@test "a file of that name is the file" {
    cp "$tree/scenarios/models/nodes/cache.json" CA-17
    "$SPATE" graph CA-17 --format dot >file
    "$SPATE" graph "$tree/scenarios/models/nodes/cache.json" --format dot | diff - file
}

@test "a variant and a control of a lab are played by their names" {
    cat >lab.json <<'JSON'
{
  "rows": ["XX-01"], "title": "Work takes its time",
  "scenario": {
    "run": {"measure": "5s"},
    "nodes": {
      "users": {"kind": "open_loop", "rate": "50/s", "arrivals": "constant", "calls": "web"},
      "web": {"kind": "server", "cores": 1, "endpoints": {"get": [{"work": "1ms"}]}}
    }
  },
  "vary": "nodes.web.endpoints.get.0.work=2ms,4ms",
  "claim": {"slower": {"expect": "mean[4ms] > mean[2ms]", "because": "It works for longer."}},
  "controls": {
    "same_for_all": {
      "set": {"nodes.web.endpoints.get": [{"work": "8ms"}]}, "breaks": ["slower"],
      "claim": {"as_slow": {"expect": "mean[4ms] == mean[2ms]", "because": "Both work for 8 ms."}}
    }
  }
}
JSON
    for asked in '--variant 2ms' '--variant 4ms' '--control same_for_all'; do
        # shellcheck disable=SC2086
        "$SPATE" run lab.json $asked --format json >run.json
        python3 -c 'import json; print(json.load(open("run.json"))["latency_ms"]["p50"])' >>took
    done
    python3 -c 'import sys; a, b, c = map(float, open("took")); sys.exit(not a * 1.9 < b < c / 1.9)'
    run -2 --separate-stderr "$SPATE" run lab.json --control same_for_al
    # shellcheck disable=SC2154
    [[ $stderr == *'did you mean "same_for_all"?'* ]]
    run -2 --separate-stderr "$SPATE" run lab.json --variant 3ms
    [[ $stderr == *'there is no variant "3ms"'* ]]
    run -2 --separate-stderr "$SPATE" run "$tree/scenarios/models/nodes/cache.json" --variant 3ms
    [[ $stderr == *"are for labs"* ]]
}

@test "a row without a lab, and a program without labs, are told as such" {
    run -2 --separate-stderr "$SPATE" run CA-99
    # shellcheck disable=SC2154
    [[ $stderr == *"there is no lab of CA-99"*"did you mean CA-"* ]]
    mkdir alone && cp "$SPATE" alone/spate
    for command in run lab; do
        run -2 --separate-stderr alone/spate "$command" CA-17
        [[ $stderr == *"the labs that come with the program are not there"*"share/spate/labs"* ]]
    done
}

@test "an installed program has its labs and their rows beside it" {
    cmake --install "$(dirname "$SPATE")" --prefix usr >log
    mkdir elsewhere && cd elsewhere
    ../usr/bin/spate run CA-17 --quiet --duration 1s
    ../usr/bin/spate check CV-06
    ../usr/bin/spate lab CA-06 --out page
    grep -q '"ko": ' page/lab.json
    ../usr/bin/spate run ../usr/share/spate/stories/zone_outage.json --quiet --duration 1s || [ $? -eq 99 ]
}

@test "what a lab asks to try next is a command that works, from any folder" {
    export SPATE
    python3 - "$tree/scenarios/labs" <<'PY'
import concurrent.futures, json, os, pathlib, re, shlex, subprocess, sys

# A comment begins outside of quotes.
token = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*')

def commands():
    for lab in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
        text = token.sub(lambda found: found.group() if found.group()[0] == '"' else "", lab.read_text())
        for each in json.loads(text).get("try_next", []):
            if isinstance(each, dict) and "run" in each:
                yield lab.name, each["run"]

# Played for no time at all; a lab is looked at only.
def wrong(asked):
    lab, command = asked
    words = shlex.split(command)
    if words[0] != "spate":
        return f"{lab}: {command}: is no command of spate"
    words[0] = os.environ["SPATE"]
    if words[1] == "lab":
        words = [words[0], "check"] + [word for word in words[2:] if not word.startswith("-")]
    elif words[1] in ("run", "explain", "compare", "sweep"):
        for option in ("--duration", "--replications", "--out"):
            if option in words:
                at = words.index(option)
                del words[at:at + 2]
        words += ["--duration", "1ms", "--set", "run.warm_up=0s"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    return "" if done.returncode in (0, 99) else f"{lab}: {command}\n{done.stderr}{done.stdout}"

with concurrent.futures.ThreadPoolExecutor(2) as pool:
    problems = [each for each in pool.map(wrong, commands()) if each]
print("\n".join(problems))
sys.exit(bool(problems))
PY
}
