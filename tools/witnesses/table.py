#!/usr/bin/env python3
"""The table of tools/witness: what was measured, what was simulated, and whether the difference is
within what is allowed. Exit: 0 when all is, 99 when a figure is not.

    table.py ROWS.jsonl...

Allowed is what an exact model was found to miss of such experiments (the row says it), and on top of
it what chance explains: repeats of an experiment differ, although they send the same requests. Each
is beside a simulation of its own; the mean of n differences, when nothing is wrong, is within
t * s / sqrt(n) of nothing in 99 of 100 cases (s is their standard deviation, t Student's with n - 1
degrees of freedom). The spread shown is half the range of the repeats, in per cent of their mean.
"""

import json
import math
import statistics
import sys

# The 99.5 % points of Student's t by degrees of freedom.
T_99 = {1: 63.657, 2: 9.925, 3: 5.841, 4: 4.604, 5: 4.032, 6: 3.707, 7: 3.499, 8: 3.355, 9: 3.25}


def chance(real, simulated):
    """How far the mean of the differences is from 0 in 1 case of 100 when nothing is wrong."""
    differences = [it - of for it, of in zip(simulated, real)]
    if len(differences) < 2:
        return 0.0
    t = T_99[len(differences) - 1]
    return t * statistics.stdev(differences) / math.sqrt(len(differences))


def number(value):
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"


def line_of(row):
    """The cells of a row, and whether the simulation is within what is allowed."""
    real, simulated = statistics.mean(row["real"]), statistics.mean(row["simulated"])
    off = simulated - real
    allowed = max(row["share"] * abs(real), row["floor"]) + chance(row["real"], row["simulated"])
    spread = (max(row["real"]) - min(row["real"])) / 2
    known = row.get("known", "")
    is_within = bool(known) or abs(off) <= allowed
    points = row["unit"] == "%"

    def relative(value, sign=""):
        """In per cent of what was measured; of percentages, in points."""
        if points:
            return f"{value:{sign}.2f} pt"
        return f"{100 * value / real:{sign}.2f} %" if real else "-"

    verdict = ("within " if is_within else "NOT within ") + relative(allowed)
    if known:
        verdict = f"not modelled: {known}"
    cells = [
        row["case"],
        row["figure"],
        f"{number(real)} {row['unit']}",
        f"{number(simulated)} {row['unit']}",
        relative(off, "+"),
        relative(spread),
        verdict,
    ]
    return cells, is_within


def print_table(rows):
    lines = [line_of(row) for row in rows]
    head = ["", "", "real", "simulated", "difference", "spread", "allowed"]
    table = [head] + [cells for cells, _ in lines]
    widths = [max(len(cells[i]) for cells in table) for i in range(len(head))]
    last = None
    for cells in table:
        shown = [cell if i or cell != last else "" for i, cell in enumerate(cells)]
        last = cells[0]
        print("  ".join(
            cell.ljust(width) if i in (0, 1, 6) else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(shown, widths))
        ).rstrip())
    return all(within for _, within in lines)


def main():
    is_all = True
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        print(f"{rows[0]['server']}, {len(rows[0]['real'])} runs each")
        is_all = print_table(rows) and is_all
        print()
    if not is_all:
        print("A figure is further off than allowed.")
    sys.exit(0 if is_all else 99)


main()
