#!/usr/bin/env python3
"""The figures of the core, beside what is wanted of them, as ratios to a limit in one run.

    tests/bench/figures.py [--rounds N] [NAME ...]     (builds build/bench first; all, or those that hold NAME)

A limit is a loop written by hand for one purpose (tests/limit): what the machine allows. Time is the
processor's, not the clock's; each figure is of the minima of several rounds in which both sides take
turns, and "range" is that of the single rounds. The last line says how noisy the machine was: the
slowest run of one and the same limit against its fastest. Exit: 0 when all is as wanted, 1 when not.
"""

import argparse
import functools
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import Callable

os.chdir(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
BENCH, LIMIT = "build/bench", "build/bench/limit"
noise = []  # seconds of each run of the web path's limit

# --- running -------------------------------------------------------------------------------------


def build():
    for command in (
            ["cmake", "-S", ".", "-B", BENCH, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DSPATE_BENCH=ON",
             "-DCMAKE_CXX_FLAGS_RELEASE=-O3 -DNDEBUG", "-DSPATE_UNITY=ON", "-DSPATE_TESTS=OFF"],
            ["ninja", "-C", BENCH, "bench_core", "bench_play", "bench_network", "spate"], ["bash", "tests/limit/build", LIMIT]):
        if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode != 0:
            sys.exit("failed: " + " ".join(command))


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def core(*words):
    return lambda: run(f"{BENCH}/bench_core", *words)


def play(file, *sets):
    return lambda: run(f"{BENCH}/bench_play", file, *sets)


def web_limit():
    result = run(f"{LIMIT}/w2", "lazy4wy", "1000000")
    noise.append(result["wall_s"])
    return {"requests": result["n"], "events": result["events"], "cpu_s": result["wall_s"]}


def hold_limit(pending):
    def held():
        result = run(f"{LIMIT}/w3", "rs6-64-hyb", str(pending), "3000000")
        return {"events": result["events"], "cpu_s": result["wall_s"]}
    return held


def cruel_limit():
    return run(f"{LIMIT}/cruel", "5")


def instructions(*command):
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command],
                          capture_output=True, text=True, check=False)
    counted = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or counted is None:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return int(counted.group(1))


# --- from runs to figures ------------------------------------------------------------------------


def nanoseconds(per):
    return lambda result: result["cpu_s"] / result[per] * 1e9


per_request, per_event = nanoseconds("requests"), nanoseconds("events")


@dataclass
class Figure:
    value: float
    lowest: float
    highest: float
    note: str = ""


def in_turns(ours, other, per, figure, rounds):
    """figure(ours, other) of the minima, and its range over the rounds."""
    sides = [(per(ours()), per(other())) for _ in range(rounds)]
    best = [min(side) for side in zip(*sides)]
    single = [figure(*side) for side in sides]
    return Figure(figure(*best), min(single), max(single), f"{best[0]:.0f} ns, {best[1]:.0f} ns")


def of_limit(ours, limit, per):
    return lambda rounds: in_turns(ours, limit, per, lambda a, b: b / a, rounds)


def times(many, few):
    return lambda rounds: in_turns(many, few, per_event, lambda a, b: a / b, rounds)


def added(more, less, times_a_request):
    return lambda rounds: in_turns(more, less, per_request, lambda a, b: (a - b) / times_a_request, rounds)


def alone(ours, of):
    def measured(rounds):
        values = [of(ours()) for _ in range(rounds)]
        return Figure(min(values), min(values), max(values))
    return measured


def bytes_in_flight(rounds):
    """Slope of the process's peak memory, of runs that count all from the start."""
    del rounds  # memory is the same each time
    few, many = (flight(n, warm_up=0, measure=5 * n / RATE)() for n in (10_000, 1_000_000))
    if few["in_flight"] >= many["in_flight"]:
        sys.exit(f"no more in flight at a long wait than at a short one: {few}, {many}")
    slope = (many["peak_mb"] - few["peak_mb"]) * 1e6 / (many["in_flight"] - few["in_flight"])
    return Figure(slope, slope, slope, f"{many['peak_mb']:.0f} MB at {many['in_flight']:,}")


def server(steps):
    return {"kind": "server", "endpoints": {"get": steps}}


@functools.cache
def quiet_day(folder_too):
    """A request a second to one of 1,000 servers for a day: peak memory, and what is written of it."""
    names = [f"s{i}" for i in range(1000)]
    nodes = {name: server([{"work": {"kind": "exponential", "mean": "5ms"}}]) for name in names}
    nodes["gate"] = server([{"choose": [{"steps": [{"call": name}]} for name in names]}])
    nodes["users"] = {"kind": "open_loop", "rate": "1/s", "calls": "gate"}
    with tempfile.TemporaryDirectory() as folder:
        file, out = f"{folder}/quiet.json", f"{folder}/out"
        with open(file, "w", encoding="utf-8") as to:
            json.dump({"name": "quiet", "run": {"measure": "24h"}, "nodes": nodes}, to)
        command = [f"{BENCH}/spate", "run", file, "--quiet", *(["--out", out] if folder_too else [])]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit(f"{' '.join(command)}: failed")
        written = sum(os.path.getsize(os.path.join(at, name)) for at, _, files in os.walk(out) for name in files)
        return {"peak_mb": usage.ru_maxrss * 1024 / 1e6, "written_mb": written / 1e6}


def traced(rounds):
    """Instructions that tracing adds, in percent of those of a run of twice the length less its half.

    With room for 60 traces of 160 and 320: as in a long run, most are let go of again."""
    del rounds

    def of(*sets):
        long, short = (instructions(f"{BENCH}/bench_play", WEB, f"run.measure={ms}ms", "run.traces.most=60", *sets)
                       for ms in (400, 200))
        return long - short
    share = (of("run.traces.share=1%") / of() - 1) * 100
    return Figure(share, share, share)


def network(name):
    """A benchmark of bench_network: CPU seconds of so many items."""
    def measured():
        result = run(f"{BENCH}/bench_network", f"--benchmark_filter=^{name}$", "--benchmark_format=json",
                     "--benchmark_min_time=0.3")["benchmarks"][0]
        return {"requests": result["items_per_second"], "events": result["items_per_second"], "cpu_s": 1}
    return measured


def cpu_of(*sets):
    """CPU seconds of a whole run of spate, with the reading of its scenario."""
    command = [f"{BENCH}/spate", "run", PODS, "--quiet", *(f"--set={each}" for each in sets)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)}: failed")
    return usage.ru_utime + usage.ru_stime


def bytes_of_a_record(rounds):
    """Slope of the process's peak memory, of runs of which one keeps twice as many records."""
    del rounds  # memory is the same each time
    few, many = (play(TOPICS, f"run.measure={seconds}s")() for seconds in (10, 20))
    slope = (many["peak_mb"] - few["peak_mb"]) * 1e6 / (many["requests"] - few["requests"])
    return Figure(slope, slope, slope, f"{many['peak_mb']:.0f} MB of {many['requests']:,}")


def pods_start(rounds):
    values = [cpu_of("failures=[]", "run.measure=1s") for _ in range(rounds)]
    return Figure(min(values), min(values), max(values))


def zone_fails(rounds):
    sides = [(cpu_of(), cpu_of("failures=[]")) for _ in range(rounds)]
    single = [more - less for more, less in sides]
    best = [min(side) for side in zip(*sides)]
    return Figure(best[0] - best[1], min(single), max(single), f"{best[0]:.2f} s, {best[1]:.2f} s")


# --- the table -----------------------------------------------------------------------------------

WEB, CRUEL, FLIGHT, CLOSED = (f"tests/bench/{name}.json" for name in ("web", "cruel", "flight", "closed"))
COVID, DAY = "scenarios/stories/covid/march.json", "scenarios/stories/day.json"
PODS, TOPICS = "tests/bench/pods.json", "tests/bench/topics.json"
GATEWAY, RESOLVERS, CDN = (f"tests/bench/{name}.json" for name in ("gateway", "resolvers", "cdn"))


RATE = 80_000  # requests a second of both


def flight(n, warm_up=None, measure=10):
    """n in flight; three waits until as many are there."""
    wait = n / RATE
    return play(FLIGHT, f"nodes.server.endpoints.get.0.wait.mean={wait * 1e6:.0f}us",
                f"run.warm_up={max(1, 3 * wait) if warm_up is None else warm_up:.6f}s", f"run.measure={measure:.6f}s")


def closed(n):
    think = n / RATE
    return play(CLOSED, f"nodes.users.users={n}", f"nodes.users.think_time.mean={think * 1e6:.0f}us",
                f"run.warm_up={max(1, 3 * think):.6f}s")


def web(*sets):
    return play(WEB, *sets)


@dataclass
class Row:
    name: str
    unit: str
    wanted: str  # ">= 0.4", or nothing
    measure: Callable
    rounds: int = 0  # 0: as asked for

    def is_kept(self, value):
        if not self.wanted:
            return True
        sign, bound = self.wanted.split()
        return value >= float(bound) if sign == ">=" else value <= float(bound)


ROWS = [
    Row("web path from types", "of limit", ">= 0.6", of_limit(core("web", "1000000"), web_limit, per_request)),
    Row("web path from JSON", "of limit", ">= 0.4", of_limit(web("run.measure=12500ms"), web_limit, per_request)),
    Row("cruel web from JSON", "of limit", "", of_limit(play(CRUEL), cruel_limit, per_request)),
    Row("cruel web, an event", "ns", "<= 150", alone(play(CRUEL), per_event)),
    *[Row(f"event queue, 10^{round(math.log10(n))} pending", "of limit", f">= {wanted}",
          of_limit(core("hold", str(n), "3000000"), hold_limit(n), per_event))
      for n, wanted in ((1_000, 0.8), (100_000, 0.65), (1_000_000, 0.33))],
    Row("10^5 in flight against 10^2", "times", "<= 1.6", times(flight(100_000), flight(100))),
    Row("10^6 in flight against 10^2", "times", "<= 2", times(flight(1_000_000), flight(100))),
    Row("10^6 closed users against 10^2", "times", "<= 2", times(closed(1_000_000), closed(100))),
    Row("a request in flight", "bytes", "<= 300", bytes_in_flight),
    Row("COVID monolith, an event", "ns", "<= 250", alone(play(COVID), per_event)),
    Row("COVID monolith, peak memory", "MB", "<= 150", alone(play(COVID), lambda result: result["peak_mb"]), 1),
    Row("1,000 nodes, 24 h, memory", "MB", "<= 100", alone(lambda: quiet_day(False), lambda day: day["peak_mb"]), 1),
    Row("... with its files", "MB", "<= 100", alone(lambda: quiet_day(True), lambda day: day["peak_mb"]), 1),
    Row("... and the files", "MB", "<= 60", alone(lambda: quiet_day(True), lambda day: day["written_mb"]), 1),
    Row("15 min of the day, an event", "ns", "<= 100", alone(play(DAY, "run.measure=15min"), per_event), 1),
    Row("a timeout on each call", "ns", "<= 30",
        added(web('nodes.clients.policies=[{"kind": "timeout", "limit": "1s"}]'), web(), 1)),
    Row("an access-log line", "ns", "<= 80", added(web('run.logs.access=["web"]'), web(), 1)),
    Row("a hop over a link of 500 us", "ns", "<= 40",
        added(network("call_over_links"), network("call_over_nothing"), 2)),
    *[Row(f"protocol messages among {n:,}", "ns", "<= 1000", alone(network(f"messages/{n}"), per_event))
      for n in (10, 10_000)],
    Row("10^6 records, 100 partitions, 3 groups", "CPU s", "<= 1",
        alone(play(TOPICS), lambda result: result["cpu_s"] * 1e6 / result["requests"])),
    Row("a record that is kept", "bytes", "<= 64", bytes_of_a_record),
    Row("a gateway's hop with JWT and limit", "ns", "<= 100",
        added(play(GATEWAY), play(GATEWAY, "nodes.clients.calls=web.get"), 1)),
    Row("10^6 clients with their own resolvers", "MB", "<= 200",
        alone(play(RESOLVERS), lambda result: result["peak_mb"]), 1),
    Row("an object of 10^7 at 200 locations", "bytes", "<= 64",
        alone(play(CDN), lambda result: result["peak_mb"] / 10), 1),
    Row("10,000 pods on 2,000 machines", "CPU s", "<= 1", pods_start),
    Row("... and a zone of 2,500 fails", "CPU s", "<= 0.5", zone_fails),
    Row("1 % traced, instructions", "% more", "<= 3", traced),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("names", nargs="*")
    words = parser.parse_args()
    build()
    kept = True
    print(f"{'':<32} {'measured':>9} {'':<8} {'wanted':<8} {'range':<17} both sides")
    for row in ROWS:
        if words.names and not any(name in row.name for name in words.names):
            continue
        figure = row.measure(row.rounds or words.rounds)
        kept = kept and row.is_kept(figure.value)
        print(f"{row.name:<32} {figure.value:>9.3g} {row.unit:<8} {row.wanted:<8} "
              f"{f'{figure.lowest:.3g} to {figure.highest:.3g}':<17} {figure.note}"
              f"{'' if row.is_kept(figure.value) else '  MISSED'}", flush=True)
    for _ in range(3):
        web_limit()
    print(f"noise: the slowest run of the web path's limit took {(max(noise) / min(noise) - 1) * 100:.0f} % "
          f"longer than the fastest of {len(noise)}")
    return 0 if kept else 1


sys.exit(main())
