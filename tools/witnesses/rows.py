#!/usr/bin/env python3
"""Rows of the table of tools/witness, as lines of JSON: what was measured in each of the repeated
runs, what was simulated for it, and how far even an exact model may be off.

    rows.py replays SERVER CASE "mean=2% p99=5%" FOLDER    FOLDER has what spate replay says, a .json
                                                           for each repeat
"""

import glob
import json
import os
import sys


def row(server, case, figure, unit, real, simulated, **allowed):
    """`allowed`: share, of what was measured, and floor, in the unit."""
    return {
        "server": server,
        "case": case,
        "figure": figure,
        "unit": unit,
        "real": real,
        "simulated": simulated,
        "share": allowed.get("share", 0.0),
        "floor": allowed.get("floor", 0.0),
    }


def shares_of(tolerances):
    """The figures and shares of "mean=2% p99=5%"."""
    for each in tolerances.split():
        figure, share = each.split("=")
        yield figure, float(share.rstrip("%")) / 100


def replayed(replay, figure):
    """What was measured and what was simulated, in the unit, and the unit."""
    if figure == "same_backend":
        return 100.0, 100 * replay["same_backend"], "%"
    found = next(it for it in replay["figures"] if it["figure"] == figure)
    scale, unit = (1000, "ms") if found["unit"] == "s" else (100, "%")
    return found["measured"] * scale, found["simulated"] * scale, unit


def of_replays(server, case, tolerances, folder):
    replays = []
    for name in sorted(glob.glob(os.path.join(folder, "*.json"))):
        with open(name, encoding="utf-8") as file:
            replays.append(json.load(file))
    for figure, share in shares_of(tolerances):
        real, simulated, units = zip(*(replayed(each, figure) for each in replays))
        # A constant stands for an overhead that varies from request to request: 0.07 ms.
        allowed = {"share": share, "floor": 0.07} if units[0] == "ms" else {"floor": 100 * share}
        name = figure.replace("_", " ")
        yield row(server, case, name, units[0], list(real), list(simulated), **allowed)


def main():
    kinds = {"replays": of_replays}
    for each in kinds[sys.argv[1]](*sys.argv[2:]):
        print(json.dumps(each))


main()
