#!/usr/bin/env python3
"""The availability cases of tests/truth, as a user would ask for them: each row as a scenario or as the
words of `spate availability`. Says how many of each table are met, and which are not.

    availability_truth.py SPATE
"""
import json
import pathlib
import re
import subprocess
import sys

SPATE = sys.argv[1]
TRUTH = pathlib.Path(__file__).parent
HOUR = 3600
YEAR = 365 * 86400
# Text has four figures.
OF_TEXT = 5.1e-4
# run.json's numbers have twelve; 1 - share of ten nines leaves six of sixteen.
OF_JSON = 1e-9
# Standard errors of an estimate (of one unit there is none: every cycle is as long in the mean); of 40 rows one is outside by chance once in 800 such tests.
ERRORS = 4.5


def exponential(hours):
    return {"kind": "exponential", "mean": f"{hours * HOUR:.15g}s"}


def scenario(parts):
    """Services one after another, each with units of which so many are busy: work of a second, a core each."""
    nodes = {"users": {"kind": "open_loop", "rate": "1/h", "calls": "part0"}}
    failures = []
    for i, part in enumerate(parts):
        steps = [{"work": f"{(part['needed'] - 0.5) * HOUR:.15g}s"}]
        if i + 1 < len(parts):
            steps.append({"call": f"part{i + 1}"})
        nodes[f"part{i}"] = {"kind": "server", "replicas": part["units"], "cores": 1, "endpoints": {"get": steps}}
        failures.append({"kind": "crash", "target": f"part{i}", "time_to_fail": exponential(part["up_h"]),
                         "time_to_repair": exponential(part["down_h"]), "crew": part.get("crew", 0)})
    return {"run": {"measure": "1s"}, "nodes": nodes, "failures": failures}


def asked(*words, of=None):
    done = subprocess.run([SPATE, "availability", *words], input=None if of is None else json.dumps(of),
                          capture_output=True, text=True, check=True)
    return done.stdout


def of_parts(*parts):
    found = json.loads(asked("-", "--format", "json", of=scenario(parts)))
    return found["nodes"][0], found["users"][0]["independent"]


def estimated(*parts):
    user = json.loads(asked("-", "--rare", "--cycles", "20000", "--format", "json", of=scenario(parts)))["users"][0]
    return user["estimated"]


def units(needed, count, share):
    return {"units": count, "needed": needed, "up_h": share, "down_h": 1 - share}


class Table:
    def __init__(self, name):
        self.name, self.met, self.wrong, self.cases = name, 0, [], 0

    def case(self, row, *checks):
        self.cases += 1
        missed = [f"{what}: {got} instead of {true}" for what, got, true, slack in checks if not abs(got - true) <= slack]
        self.met += not missed
        self.wrong += [f"  {json.dumps(row)}: {each}" for each in missed]

    def told(self):
        print(f"{self.name}: {self.met} of {self.cases} cases met", *self.wrong, sep="\n")
        return self.cases > 0 and not self.wrong


def near(what, got, true, relative):
    return what, got, true, relative * abs(true)


def within(estimate, share_down):
    return "estimated", estimate["unavailability"], share_down, ERRORS * estimate["standard_error"] + OF_JSON * share_down


SECONDS = {"ms": 1e-3, "s": 1, "min": 60, "h": HOUR, "d": 86400}


def time_of(text, label):
    number, unit = re.search(rf"{label} +([0-9.e+-]+) (\w+)", text).groups()
    return float(number) * SECONDS[unit]


def main():
    truth = json.loads((TRUTH / "availability.json").read_text())["availability"]
    tables = []

    def table(name):
        tables.append(Table(name))
        return tables[-1]

    one = table("single")
    for row in truth["single"]["rows"]:
        part = {"units": 1, "needed": 1, "up_h": row["mean_up_h"], "down_h": row["mean_down_h"]}
        node, independent = of_parts(part)
        one.case(row, near("node", node["availability"], row["availability"], OF_JSON),
                 near("users", independent, row["availability"], OF_JSON),
                 within(estimated(part), 1 - row["availability"]))

    nines = table("nines")
    for row in truth["nines"]["rows"]:
        text = asked("nines", row["availability_pct"])
        nines.case(row, *(near(label, time_of(text, label), row[key], OF_TEXT) for label, key in [
            ("down in a year", "downtime_per_year_s"), ("in 30 days", "per_30_days_s"),
            ("in a week", "per_week_s"), ("in a day", "per_day_s")]))

    lines = table("series and parallel")
    for row in truth["series_parallel"]["rows"]:
        series = [units(1, 1, share) for share in row["components"]]
        beside = units(1, len(row["components"]), row["components"][0])
        lines.case(row, near("series", of_parts(*series)[1], row["series"], OF_JSON),
                   near("parallel", of_parts(beside)[1], row["parallel"], OF_JSON),
                   within(estimated(*series), 1 - row["series"]), within(estimated(beside), 1 - row["parallel"]))

    some = table("k of n")
    for row in truth["k_of_n"]["rows"]:
        part = units(row["k_needed"], row["n"], row["a"])
        node, _ = of_parts(part)
        some.case(row, near("node", node["availability"], row["availability"], OF_JSON),
                  within(estimated(part), 1 - row["availability"]))

    repaired = table("repaired by crews")
    for row in truth["markov_repair"]["rows"]:
        part = {"units": row["n"], "needed": row["k_needed"], "crew": row["repair_crew"], "up_h": 1 / row["lambda"],
                "down_h": 1 / row["mu"]}
        node, _ = of_parts(part)
        repaired.case(row, near("availability", node["availability"], row["availability"], OF_JSON),
                      near("to failure", node["time_to_failure_s"] / HOUR, row["mttf_from_all_up"], OF_JSON),
                      near("failures", node["failures_per_year"] * HOUR / YEAR, row["system_failures_per_hour"], OF_JSON),
                      near("outage", node["mean_outage_s"] / HOUR, row["mean_outage"], OF_JSON),
                      within(estimated(part), 1 - row["availability"]))

    lost = table("all copies lost")
    for row in truth["replication_loss"]["rows"]:
        part = {"units": row["copies"], "needed": 1, "up_h": row["mttf_h"], "down_h": row["mttr_h"]}
        node, _ = of_parts(part)
        lost.case(row, near("to failure", node["time_to_failure_s"] / HOUR, row["mttdl_h"], OF_JSON))

    majority = table("a majority")
    consensus = json.loads((TRUTH / "consensus.json").read_text())
    for row in consensus["majority_availability"]:
        part = units(row["n"] // 2 + 1, row["n"], row["node_availability"])
        node, _ = of_parts(part)
        majority.case(row, near("node", node["availability"], row["majority_availability"], OF_JSON))

    return all([each.told() for each in tables])


sys.exit(0 if main() else 1)
