#!/usr/bin/env bats
# Single points of failure, from the graph alone, beside what is lost when each node is lost in a
# run: over all scenarios that ship but those that differ in a policy only.

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_TEST_DIRNAME/../.." || return 1
}

@test "check warns of exactly those nodes of one instance whose loss takes a route" {
    python3 - "$SPATE" <<'PY'
import glob, json, re, subprocess, sys
from concurrent.futures import ThreadPoolExecutor

SPATE = sys.argv[1]
# Families of which each member stands in the same system, and runs that take long.
ALIKE = {"arrivals", "balancers", "evictions", "keys", "limiters", "partitionings", "shardings", "shedders",
         "concurrency_limits", "autoscalers", "histories", "databases"}
# A resharding stops when the machine that is to come is lost, and nothing is missed.
NOT_YET = {("resharding", "db4"), ("stale_directory", "a1"), ("stale_directory", "b1")}

def output(*arguments):
    done = subprocess.run([SPATE, *arguments], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None

def judge(file):
    checked, theory = output("check", file), output("analyze", file, "--format", "json")
    played = output("faults", file, "--throughout", "--kind", "crash", "--kind", "machine_down", "--format", "json")
    if checked is None or theory is None or played is None:
        return []  # it has nothing that can be down
    warned = set(re.findall(r'warning: "([^"]+)" is a single point of failure', checked))
    single = {name for name, node in json.loads(theory)["nodes"].items() if node["instances"] == 1}
    played = json.loads(played)
    if not any(share > 0.01 for share in played["undisturbed"]["answered"].values()):
        return []  # nothing is answered when all is well
    name = file.split("/")[-1].removesuffix(".json")
    wrong = []
    for each in played["faults"]:
        node, takes = each["failures"][0].get("target"), bool(each["takes"])
        if node in single and takes != (node in warned) and (name, node) not in NOT_YET:
            wrong.append(f"{file}: {node} {'takes' if takes else 'takes no'} route, "
                         f"{'warned' if node in warned else 'no warning'}")
    return wrong

files = [file for file in sorted(glob.glob("scenarios/models/*/*.json")) if file.split("/")[2] not in ALIKE]
assert len(files) > 60, len(files)
with ThreadPoolExecutor(2) as pool:
    wrong = [line for lines in pool.map(judge, files) for line in lines]
print("\n".join(wrong))
sys.exit(bool(wrong))
PY
}
