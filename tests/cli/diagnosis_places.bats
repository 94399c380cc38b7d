#!/usr/bin/env bats
# Each planted case of diagnosis/cases.json, wherever it is said: the run's text and page, explain of
# a scenario and of a run, compare, --watch, and analyze, which names it before or says that
# it leaves it out (in the table's words).

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    CASES=$BATS_TEST_DIRNAME/../reports/diagnosis/cases.json
    cd "$BATS_TEST_TMPDIR" || return 1
}

@test "the planted culprit is named in all places where it is said" {
    python3 - "$SPATE" "$CASES" <<'PY'
import html, json, os, re, subprocess, sys
from concurrent.futures import ThreadPoolExecutor

SPATE, CASES = sys.argv[1:]
SECONDS = 15

def words(*arguments):
    done = subprocess.run([SPATE, *arguments], capture_output=True, text=True,
                          env={**os.environ, "NO_COLOR": "1"})
    return re.sub(r"\s+", " ", done.stdout + done.stderr)

def scenario_of(case):
    users = {"kind": "open_loop", "calls": case["calls"], "rate": case["peak"],
             "policies": case.get("policies", [{"kind": "timeout", "limit": "1s"}])}
    if "population" in case:
        users["population"] = case["population"]
    seconds = min(case.get("seconds", 60), SECONDS)
    scenario = {"run": {"warm_up": "5s", "measure": f"{seconds}s"}, "nodes": {"users": users, **case["nodes"]}}
    if "network" in case:
        scenario["network"] = case["network"]
    return scenario

def planted_in(found, planted):
    return found is not None and found["node"] == planted["node"] and \
        (found.get("resource") or {}).get("resource", "").startswith(planted["resource"])

def judge(numbered):
    number, case = numbered
    planted, out = case["planted"], f"out{number}"
    if planted is None:
        return []
    file = f"case{number}.json"
    with open(file, "w") as to:
        json.dump(scenario_of(case), to)
    places = {"run": words("run", file, "--out", out),
              "explain": words("explain", file, "--what-if", "0"), "explain of the run": words("explain", out),
              "compare": words("compare", file, "--vary", "run.scatter=false,true", "--replications", "1")}
    with open(f"{out}/report.html") as page:
        places["page"] = re.sub(r"\s+", " ", html.unescape(page.read()))
    with open(f"{out}/run.json") as run:
        findings = json.load(run)["diagnosis"]["findings"]
    found = next((each for each in findings if "users" in each["clients"]), None)
    if not planted_in(found, planted):
        return [f"{case['name']}: run.json names {found}"]
    said = re.sub(r"\s+", " ", found["sentence"])
    missed = [place for place, text in places.items() if said not in text and place != "compare"]
    # It has seeds of its own: other figures, the same culprit.
    limits = f"{planted['node']} limits the system: its {planted['resource']}"
    missed += ["compare"] if limits not in places["compare"] else []
    theory = json.loads(words("analyze", file, "--format", "json"))
    if "analyze" not in case:
        named = (theory["bottleneck"], theory["bottleneck_resource"] or "")
        resource = case.get("analyze_names", planted["resource"])
        if named[0] != planted["node"] or theory["carries"] >= 1 or resource not in named[1]:
            missed.append(f"analyze (names {named})")
    elif not any(case["analyze"] in note for note in theory["notes"]):
        missed.append(f"analyze (leaves out {theory['notes']})")
    return [f"{case['name']}: {each}" for each in missed]

with open(CASES) as table:
    cases = json.load(table)
with ThreadPoolExecutor(2) as pool:
    wrong = [each for found in pool.map(judge, enumerate(cases)) for each in found]
print("\n".join(wrong))
sys.exit(bool(wrong))
PY
}

@test "--watch names it while it goes on" {
    python3 - "$SPATE" "$CASES" <<'PY'
import json, re, subprocess, sys
from concurrent.futures import ThreadPoolExecutor

SPATE, CASES = sys.argv[1:]
ASKED = ("threads that wait for a slow callee", "a database's connections", "a bulkhead", "a link's bandwidth",
         "a server's cores")

def seen(case):
    scenario = {"nodes": {"users": {"kind": "open_loop", "calls": case["calls"], "rate": case["peak"],
                                    "policies": [{"kind": "timeout", "limit": "1s"}]}, **case["nodes"]}}
    if "network" in case:
        scenario["network"] = case["network"]
    file = re.sub(r"\W", "_", case["name"]) + ".json"
    with open(file, "w") as to:
        json.dump(scenario, to)
    done = subprocess.run(["timeout", "-s", "INT", "3", SPATE, "run", file, "--watch", "--duration", "100h"],
                          capture_output=True, text=True)
    planted = case["planted"]
    return f"busiest {planted['node']} {planted['resource']}" in re.sub(r"\s+", " ", done.stderr + done.stdout)

with open(CASES) as table:
    cases = [each for each in json.load(table) if each["name"] in ASKED]
assert len(cases) == len(ASKED)
with ThreadPoolExecutor(2) as pool:
    missed = [case["name"] for case, is_seen in zip(cases, pool.map(seen, cases)) if not is_seen]
assert not missed, missed
PY
}
