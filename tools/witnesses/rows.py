#!/usr/bin/env python3
"""Rows of the table of tools/witness, as lines of JSON: what was measured in each of the repeated
runs, what was simulated for it, and how far even an exact model may be off.

    rows.py replays SERVER CASE "mean=2% p99=5%" FOLDER    FOLDER has what spate replay says, a .json
                                                           for each repeat
    rows.py pgbench CASE FOLDER NAME SECONDS "mean=1%"
                                    pgbench's logs real_NAME_N.* and simulated_NAME_N.json
    rows.py rabbitmq CASE FIGURES FOLDER
                                    real_N.json and simulated_N.json for each repeat
    rows.py redis POLICY FOLDER     real_N.json and simulated_N.json for each repeat
"""

import glob
import json
import math
import os
import sys


def row(server, case, figure, unit, real, simulated, **allowed):
    """`allowed`: share, of what was measured, and floor, in the unit; and known, what is not modelled
    and makes this figure another."""
    return {
        "server": server,
        "case": case,
        "figure": figure,
        "unit": unit,
        "real": real,
        "simulated": simulated,
        "share": allowed.get("share", 0.0),
        "floor": allowed.get("floor", 0.0),
        "known": allowed.get("known", ""),
    }


def shares_of(tolerances):
    """The figures and shares of "mean=2% p99=5%"; no share for what is known to be otherwise, as in
    "p90=known"."""
    for each in tolerances.split():
        figure, share = each.split("=")
        yield figure, None if share == "known" else float(share.rstrip("%")) / 100


def read_all(folder, pattern):
    """What the files of that pattern hold, in the order of their names."""
    all_of_them = []
    for name in sorted(glob.glob(os.path.join(folder, pattern))):
        with open(name, encoding="utf-8") as file:
            all_of_them.append(json.load(file))
    return all_of_them


def replayed(replay, figure):
    """What was measured and what was simulated, in the unit, and the unit."""
    if figure == "same_backend":
        return 100.0, 100 * replay["same_backend"], "%"
    found = next(it for it in replay["figures"] if it["figure"] == figure)
    scale, unit = (1000, "ms") if found["unit"] == "s" else (100, "%")
    return found["measured"] * scale, found["simulated"] * scale, unit


def of_replays(server, case, tolerances, folder):
    replays = read_all(folder, "*.json")
    for figure, share in shares_of(tolerances):
        real, simulated, units = zip(*(replayed(each, figure) for each in replays))
        # A constant stands for an overhead that varies from request to request: 0.07 ms.
        allowed = {"share": share, "floor": 0.07} if units[0] == "ms" else {"floor": 100 * share}
        name = figure.replace("_", " ")
        yield row(server, case, name, units[0], list(real), list(simulated), **allowed)


def of_redis(policy, folder):
    """1.2 points: what a model with Redis' own sampling was found to miss."""
    real = [100 * each["hit_ratio"] for each in read_all(folder, "real_*.json")]
    runs = read_all(folder, "simulated_*.json")
    simulated = [100 * each["nodes"]["redis"]["hit_ratio"] for each in runs]
    yield row("redis", policy, "hit ratio", "%", real, simulated, floor=1.2)


def nearest_rank(values, share):
    ranked = sorted(values)
    return ranked[max(math.ceil(share * len(ranked)), 1) - 1]


def of_log(name, span):
    """The figures of a log of pgbench (client, transaction, latency in us, script, second, us), of the
    transactions that ended after the first tenth; with a rate the latency counts from when one was due."""
    with open(name, encoding="utf-8") as file:
        lines = [line.split() for line in file]
    ends = [int(line[4]) + int(line[5]) / 1e6 for line in lines]
    counted = [int(line[2]) / 1000 for line, end in zip(lines, ends) if end > max(ends) - 0.9 * span]
    return {
        "throughput": len(counted) / (0.9 * span),
        "mean": sum(counted) / len(counted),
        **{f"p{share}": nearest_rank(counted, share / 100) for share in (50, 90, 99)},
    }


def of_pgbench(case, folder, name, span, tolerances):
    logs = sorted(glob.glob(os.path.join(folder, f"real_{name}_?.*[0-9]")))
    real = [of_log(each, float(span)) for each in logs]
    simulated = [
        {"throughput": run["totals"]["throughput_rps"], **run["latency_ms"]}
        for run in read_all(folder, f"simulated_{name}_*.json")
    ]
    for figure, share in shares_of(tolerances):
        known = {"known": "order of waiters"} if share is None else {}
        unit, floor = ("/s", 0.0) if figure == "throughput" else ("ms", 0.3)
        pair = [[run[figure] for run in runs] for runs in (real, simulated)]
        yield row("postgresql", case, figure, unit, *pair, share=share or 0.0, floor=floor, **known)


def broker_figures(mean_ms, handled, published):
    total = sum(handled)
    share = {"share of the slow": 100 * handled[3] / total, "handled": 100 * total / published}
    return {"mean": mean_ms, **share}


def of_rabbitmq(case, figures, folder):
    """2 %, as in tests/truth/rabbitmq_test.cpp."""
    real = [
        broker_figures(run["mean_ms"], run["handled"], run["published"])
        for run in read_all(folder, "real_*.json")
    ]
    simulated = []
    for run in read_all(folder, "simulated_*.json"):
        consumers = [run["nodes"][f"consumer{i}"] for i in range(4)]
        handled = [each["handled"] for each in consumers]
        age = sum(each["handled"] * each["age"] for each in consumers) / sum(handled)
        published = run["nodes"]["rabbit"]["published"]
        simulated.append(broker_figures(1000 * age, handled, published))
    for figure in figures.split(","):
        pair = [[run[figure] for run in runs] for runs in (real, simulated)]
        unit = "ms" if figure == "mean" else "%"
        yield row("rabbitmq", case, figure, unit, *pair, share=0.02)


def main():
    kinds = {"replays": of_replays, "redis": of_redis, "pgbench": of_pgbench, "rabbitmq": of_rabbitmq}
    for each in kinds[sys.argv[1]](*sys.argv[2:]):
        print(json.dumps(each))


main()
