#!/usr/bin/env python3
"""The table of tools/witness: what was measured, what was simulated, and whether the difference is
within what is allowed. Exit: 0 when all is, 99 when a figure is not.

    table.py ROWS.jsonl...

Allowed is what an exact model was found to miss of such experiments (the row says it), and on top of
it what chance explains: repeats of an experiment differ, although they send the same requests. Each
is beside a simulation of its own; the mean of n differences, when nothing is wrong, is within
t * s / sqrt(n) of nothing (s is their standard deviation, t Student's with n - 1 degrees of freedom).
That is to hold for all rows of a server at once in 99 of 100 cases, so that each of k rows may miss it
in 1 of 100 k (Bonferroni). The spread shown is half the range of the repeats, in per cent of their
mean.
"""

import json
import math
import statistics
import sys

def beyond(theta, degrees):
    """The probability that Student's t is beyond sqrt(degrees) * tan(theta), on either side.

    With x = sqrt(n) tan(theta) its density is proportional to cos(theta) ** (n - 1), which Simpson's
    rule integrates.
    """

    def integral(end, steps=2000):
        width = end / steps
        total = 1 + math.cos(end) ** (degrees - 1)
        for i in range(1, steps):
            total += (4 if i % 2 else 2) * math.cos(i * width) ** (degrees - 1)
        return total * width / 3

    return 1 - integral(theta) / integral(math.pi / 2)


def student(degrees, probability):
    """What Student's t is beyond, on either side, with that probability; by bisection."""
    least, most = 0.0, math.pi / 2
    for _ in range(40):
        middle = (least + most) / 2
        least, most = (middle, most) if beyond(middle, degrees) > probability else (least, middle)
    return math.sqrt(degrees) * math.tan(least)


def chance(real, simulated, rows):
    """How far the mean of the differences may be from 0 when nothing is wrong, in a table of so many
    rows."""
    differences = [it - of for it, of in zip(simulated, real)]
    if len(differences) < 2:
        return 0.0
    t = student(len(differences) - 1, 0.01 / rows)
    return t * statistics.stdev(differences) / math.sqrt(len(differences))


def number(value):
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"


def line_of(row, rows):
    """The cells of a row, and whether the simulation is within what is allowed."""
    real, simulated = statistics.mean(row["real"]), statistics.mean(row["simulated"])
    off = simulated - real
    allowed = max(row["share"] * abs(real), row["floor"]) + chance(row["real"], row["simulated"], rows)
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
    judged = max(sum(not row.get("known") for row in rows), 1)
    lines = [line_of(row, judged) for row in rows]
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
