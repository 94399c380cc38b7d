#!/usr/bin/env bats
# The 19 failures of the high-availability roadmap, each with a signature of its own: the metric that rises first, no later
# than users notice, one that stays calm all the time, and the diagnosis that names it. (Evictions that log users out are
# not named: nothing is full, and nobody fails.)

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    ROADMAP=$BATS_TEST_DIRNAME/roadmap.json
    LABS=$BATS_TEST_DIRNAME/../../scenarios/labs
    cd "$BATS_TEST_TMPDIR" || return 1
}

@test "each of the 19 is named, is led by its own metric, and leaves another calm" {
    python3 - "$SPATE" "$ROADMAP" "$LABS" <<'PY'
import json, subprocess, sys
from concurrent.futures import ThreadPoolExecutor

SPATE, ROADMAP, LABS = sys.argv[1:]
# A hundredth of the requests fails, or one of a hundred takes longer than a quarter of a second.
USERS = ('sum(rate(user_requests_total{outcome!="succeeded"}[5s])) > 0.01 * sum(rate(user_requests_total[5s])) or '
         "histogram_quantile(0.99, sum by (le) (rate(user_request_duration_seconds_bucket[5s]))) > 0.25")

def first_of(alert):
    return alert["first_firing_s"] if alert["fired"] else None

def judge(case):
    rules = {"Leads": case["leads"], "Calm": case["calm"], "Users": case.get("users", USERS)}
    options = ["--set", "run.warm_up=0s", "--set", "alerts.scrape_interval=1s",
               "--set", "alerts.evaluation_interval=1s"]
    if "variant" in case:
        options += ["--variant", case["variant"]]
    if "set" in case:
        options += ["--set", case["set"]]
    for name, expr in rules.items():
        if expr is not None:
            options += ["--set", f"alerts.rules.{name}=" + json.dumps({"expr": expr})]
    done = subprocess.run([SPATE, "run", f"{LABS}/{case['row']}.json", "--quiet", "--no-report", "--out", case["row"],
                           *options], capture_output=True, text=True)
    if done.returncode not in (0, 99):
        return [f"{case['row']}: {done.stderr}"]
    with open(f"{case['row']}/run.json") as file:
        run = json.load(file)
    alerts = run["alerts"]
    said = [each["sentence"] for each in run["diagnosis"]["findings"]] + run["diagnosis"]["sentences"]
    wrong = []
    if not any(case["says"] in each for each in said):
        wrong.append(f"is not said: {case['says']}; but {said}")
    leads, users = first_of(alerts["Leads"]), first_of(alerts["Users"]) if "Users" in alerts else None
    if leads is None:
        wrong.append("nothing leads")
    elif users is not None and leads > users:
        wrong.append(f"leads at {leads} s, and users know at {users} s")
    if (users is None) != (case.get("users", USERS) is None):
        wrong.append("users should have noticed" if users is None else "users should not have noticed")
    if first_of(alerts["Calm"]) is not None:
        wrong.append(f"is not calm at {first_of(alerts['Calm'])} s")
    return [f"{case['row']}, {case['what']}: {each}" for each in wrong]

with open(ROADMAP) as table:
    cases = json.load(table)
assert [case["row"] for case in cases] == [f"HA-{row:02}" for row in range(9, 28)]
assert len({case["leads"] for case in cases}) == 19, "two have the same leading metric"
with ThreadPoolExecutor(2) as pool:
    wrong = [each for found in pool.map(judge, cases) for each in found]
print("\n".join(wrong))
sys.exit(bool(wrong))
PY
}
