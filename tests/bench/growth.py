#!/usr/bin/env python3
"""What grows faster than the scenario: instructions at N and at 10 N, and the exponent between them.

    SPATE=build/checked/spate tests/bench/growth.py [WORD ...]     (only rows whose name has a word)

Instructions are counted by callgrind: the same on any machine, however busy it is. A row of the
table at the end is a name, a scenario of a size, N, what is counted of it, and the largest exponent
that passes; 1 is linear. Exit: 0 when every row passes, 1 when not.
"""

import functools
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import Callable

SPATE = os.environ.get("SPATE", "build/checked/spate")
LINEAR = 1.1  # what is sorted or looked up takes a logarithm more
FLAT = 0.2
SQUARE = 2.1  # everybody hears of everybody

# --- counting ------------------------------------------------------------------------------------


@functools.cache
def spate(command, scenario):
    """Instructions of one call of the program with a scenario's text, and what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "scenario.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(scenario)
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
             SPATE, *command.split()[:1], path, *command.split()[1:]],
            capture_output=True, text=True, check=False)
    counted = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or counted is None:
        sys.exit(f"spate {command}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return int(counted.group(1)), done.stdout


def whole(command):
    """All that a command does, but for what it does for a scenario of a tenth the size: so what
    every call of the program does falls out. An exponent stays what it is."""
    def counted(scenario, n):
        more, less = (spate(command, json.dumps(scenario(size)))[0] for size in (n, n // 10))
        return more - less
    return counted


def per_request(seconds):
    """Of a run, for each request that the second half of so many seconds has more."""
    def played(scenario, n, length):
        document = scenario(n)
        document["run"] = {"warm_up": "0s", "measure": f"{length * 1e6:.0f}us"}
        instructions, text = spate("run --format json", json.dumps(document))
        return instructions, json.loads(text)["totals"]["offered"]

    def counted(scenario, n):
        longer, all_of_them = played(scenario, n, seconds(n))
        shorter, half = played(scenario, n, seconds(n) / 2)
        return (longer - shorter) / (all_of_them - half)
    return counted


def exponent(at_n, at_ten_n):
    return math.log10(at_ten_n / at_n)


# --- scenarios -----------------------------------------------------------------------------------


def scenario(nodes):
    return {"run": {"measure": "1s"}, "nodes": nodes}


def client(calls, rate):
    return {"kind": "open_loop", "rate": f"{rate}/s", "calls": calls}


def server(calls=(), **settings):
    steps = [{"work": "1ms"}] + [{"call": each} for each in calls]
    return {"kind": "server", "endpoints": {"get": steps}, **settings}


def random_graph(n):
    """Each service calls the next and two of those after it."""
    draw = random.Random(n)
    nodes = {"users": client("s0", 0.001)}
    for i in range(n):
        called = {i + 1, *(draw.randint(i + 1, n) for _ in range(2))}
        nodes[f"s{i}"] = server(f"s{j}" for j in sorted(called) if j < n)
    return scenario(nodes)


def chain(n):
    nodes = {"users": client("s0", 0.001)}
    for i in range(n):
        nodes[f"s{i}"] = server([f"s{i + 1}"] if i + 1 < n else [])
    return scenario(nodes)


def clients_of_one(n):
    nodes = {f"users{i}": client("web", 0.001) for i in range(n)}
    return scenario({**nodes, "web": server()})


def pool(rate, balancer="round_robin", balancers=1, **of):
    return scenario({
        "users": client("pool", rate),
        "pool": {"kind": "pool", "of": "web", "balancer": balancer, "replicas": balancers},
        "web": server(**of)})


def replicas(n):
    return pool(10, replicas=n)


def linked(n):
    """Users and n replicas, each on a machine of its own in one of three zones."""
    zones = ["a", "b", "c"]
    return {**pool(1000, replicas=n), "network": {
        "regions": {"eu": {"zones": zones}}, "to_users": {"latency": "1ms"}, "placement": {"web": zones}}}


def located(n):
    """Users of one of n edge locations, whose misses go over the links to an origin."""
    zones = ["a", "b", "c"]
    return {"nodes": {
        "users": {**client("edge", 1000), "population": {"keys": {"kind": "uniform", "count": 1000}}},
        "edge": {"kind": "cdn", "locations": n, "calls": "web", "behaviors": {"page": {"ttl": "100ms", "size": "1kB"}}},
        "web": server(cores=16)}, "network": {
        "regions": {"eu": {"zones": zones}}, "to_users": {"latency": "1ms"},
        "placement": {"edge": zones, "web": ["a"]}}}


def watched(n):
    """Masters of a Redis Cluster, each of whom pings every other one now and then, as one may fail."""
    hang = {"kind": "hang", "target": "redis[0]", "at": "5s", "lasts": "1s"}
    return {"run": {"measure": "20s"}, "failures": [hang], "nodes": {
        "users": client("redis", 1),
        "redis": {"kind": "redis", "masters": n, "cluster_node_timeout": "5s"}}}


def balancers(k):
    return pool(1000, balancers=k, replicas=4)


def perfect(load):
    """Requests for so many times what n replicas can serve, at 1 ms a request."""
    return lambda n: pool(load * n * 1000, balancer="perfect", replicas=n, threads=1000000)


def pods(load):
    """So many times the work that a machine of ten cores can do, by n pods that stand there."""
    return lambda n: scenario({
        "users": client("web", load * 10_000),
        "web": server(replicas=n, cluster="host", cpu_request=0.001, memory="1GiB"),
        "host": {"kind": "cluster", "machines": [{"cpu": 10, "memory": "1PiB"}]}})


def machines(n, failures=(), seconds=1, cpu=8):
    """Pods of a core, five on each of n / 5 machines in four zones, of which a failure takes some."""
    groups = [{"count": n // 20, "cpu": cpu, "zone": zone} for zone in "abcd"]
    return {"run": {"measure": f"{seconds}s"}, "failures": list(failures), "nodes": {
        "users": client("web", 10),
        "web": server(replicas=n, cluster="hosts", memory="1GiB"),
        "hosts": {"kind": "cluster", "machines": groups}}}


def outage(n, cpu=8):
    """A quarter is dark for ten minutes: not ready after 40 s, and replaced 5 min later where there
    is room (with five cores a machine there is none)."""
    dark = {"kind": "zone_outage", "zone": "a", "at": "10s", "lasts": "10min"}
    return machines(n, [dark], 660, cpu)


def in_flight(n):
    """Requests that wait at a server, as many as come in a wait."""
    wait = {"wait": {"kind": "exponential", "mean": f"{n / RATE * 1e6:.0f}us"}}
    return scenario({
        "users": client("web", RATE),
        "web": {"kind": "server", "threads": 1000000, "memory_per_request": "0B", "endpoints": {"get": [wait]}}})


def queues(n):
    """A message to one of n queues that are bound to a topic exchange by keys of their own."""
    return scenario({
        "users": client("app", 1000),
        "app": {"kind": "server", "threads": 1000, "endpoints": {"put": [
            {"publish": "rabbit.events", "routing_key": "order.0"}]}},
        "rabbit": {"kind": "rabbitmq", "exchanges": {"events": {"type": "topic"}}, "queues": {
            f"q{i}": {"bindings": [{"exchange": "events", "key": f"order.{i}"}]}
            for i in range(n)}},
        "takers": {"kind": "consumers", "queue": "rabbit.q0", "handler": "worker.take"},
        "worker": {"kind": "server", "endpoints": {"take": [{"wait": "100us"}]}}})


def headers(n):
    """A message to a queue by one of n bindings to a headers exchange."""
    return scenario({
        "users": client("app", 1000),
        "app": {"kind": "server", "threads": 1000, "endpoints": {"put": [
            {"publish": "rabbit.events", "headers": {"kind": "0"}}]}},
        "rabbit": {"kind": "rabbitmq", "exchanges": {"events": {"type": "headers"}}, "queues": {
            "q": {"bindings": [{"exchange": "events", "headers": {"kind": f"{i}"}}
                               for i in range(n)]}}},
        "takers": {"kind": "consumers", "queue": "rabbit.q", "handler": "worker.take"},
        "worker": {"kind": "server", "endpoints": {"take": [{"wait": "100us"}]}}})


def consumers(n):
    """A message to a queue of n consumers."""
    document = queues(1)
    document["nodes"]["takers"]["prefetch"] = 10
    document["nodes"]["worker"]["replicas"] = n
    return document


def partitions(n):
    """As many records a second in each; two groups of two members read them."""
    records = {"kind": "server", "threads": 10000, "endpoints": {"put": [{"publish": "kafka.records"}]}}
    group = {"kind": "consumer_group", "topics": ["kafka.records"], "initial_rebalance_delay": "0s"}
    reader = {"kind": "server", "replicas": 2, "endpoints": {"take": [{"wait": "1us"}]}}
    keys = {"keys": {"kind": "uniform", "count": 1000000}}
    return scenario({
        "users": {**client("app.put", 50 * n), "population": keys}, "app": records,
        "kafka": {"kind": "kafka", "topics": {"records": {"partitions": n}}},
        "one": {**group, "handler": "first.take"}, "first": reader,
        "other": {**group, "handler": "second.take"}, "second": reader})


def brokers(n):
    """Of a topic whose 120 partitions are on n brokers; a group of two members reads it."""
    document = partitions(120)
    document["nodes"]["users"]["rate"] = "2000/s"
    document["nodes"]["kafka"]["brokers"] = n
    del document["nodes"]["other"], document["nodes"]["second"]
    return document


def groups(n):
    """Each reads all that is published to one partition."""
    document = partitions(1)
    nodes = document["nodes"]
    nodes["users"]["rate"] = "500/s"
    one, first = (nodes.pop(name) for name in ("one", "first"))
    del nodes["other"], nodes["second"]
    for i in range(n):
        nodes[f"group{i}"] = {**one, "handler": f"reader{i}.take"}
        nodes[f"reader{i}"] = {**first, "replicas": 1}
    return document


def closed(n):
    """Users who think long where they are many: as many requests come."""
    think = {"kind": "exponential", "mean": f"{n / RATE * 1e6:.0f}us"}
    return scenario({
        "users": {"kind": "users", "users": n, "think_time": think, "calls": "web"},
        "web": {"kind": "server", "threads": 1000000, "memory_per_request": "0B", "endpoints": {"get": [{"wait": "10us"}]}}})


RATE = 20_000  # requests a second of both

# --- the table -----------------------------------------------------------------------------------


@dataclass
class Row:
    name: str
    scenario: Callable
    n: int
    count: Callable
    most: float = LINEAR

    def check(self):
        at_n, at_ten_n = self.count(self.scenario, self.n), self.count(self.scenario, 10 * self.n)
        found = exponent(at_n, at_ten_n)
        passes = found <= self.most
        print(f"{self.name:<40} {self.n:>6,} {at_n:>14,.0f} {at_ten_n:>14,.0f}"
              f" {found:>8.2f} {self.most:>8.2f}{'' if passes else '  TOO MUCH'}", flush=True)
        return passes


ROWS = [
    Row("check of a random call graph", random_graph, 100, whole("check")),
    Row("check of a chain of calls", chain, 150, whole("check")),
    Row("check of n clients of one service", clients_of_one, 100, whole("check")),
    Row("run of a random call graph, start", random_graph, 20, whole("run")),
    Row("run of n replicas, start", replicas, 300, whole("run")),
    Row("run of n pods on n / 5 machines, start", machines, 400, whole("run")),
    Row("run of n pods, a zone fails", outage, 400, whole("run")),
    Row("run of n pods, a zone fails, no room", lambda n: outage(n, 5), 400, whole("run")),
    Row("run of n masters who watch each other", watched, 10, whole("run"), SQUARE),
    Row("request over links to n machines", linked, 50, per_request(lambda n: 1), FLAT),
    Row("request to the nearest of n locations", located, 20, per_request(lambda n: 1), FLAT),
    Row("request past k balancers", balancers, 50, per_request(lambda k: 1), FLAT),
    Row("request by `perfect`, some are idle", perfect(0.8), 30, per_request(lambda n: 0.6 / n)),
    Row("request by `perfect`, all are busy", perfect(3), 30, per_request(lambda n: 0.004)),
    Row("request to one of n pods, cores left", pods(0.3), 50, per_request(lambda n: 0.2), FLAT),
    Row("request to one of n pods, none left", pods(3), 20, per_request(lambda n: 0.1)),
    Row("request with n in flight", in_flight, 200, per_request(lambda n: 6 * n / RATE), FLAT),
    Row("record of one of n partitions", partitions, 20, per_request(lambda n: 2), FLAT),
    Row("record by way of n brokers", brokers, 5, per_request(lambda n: 2), FLAT),
    Row("record that n groups read", groups, 4, per_request(lambda n: 2)),
    Row("message to one of n queues", queues, 20, per_request(lambda n: 2), FLAT),
    Row("message by one of n bindings", headers, 20, per_request(lambda n: 2), FLAT),
    Row("message to one of n consumers", consumers, 20, per_request(lambda n: 2), FLAT),
    Row("request of one of n closed users", closed, 200, per_request(lambda n: 6 * n / RATE), FLAT),
]


def main():
    words = sys.argv[1:]
    rows = [row for row in ROWS if not words or any(word in row.name for word in words)]
    if not rows or exponent(200 ** 2, 2000 ** 2) <= LINEAR:
        sys.exit("no such row, or a square would pass")
    print(f"{'instructions':<40} {'N':>6} {'at N':>14} {'at 10 N':>14} {'exponent':>8} {'at most':>8}")
    return 0 if all([row.check() for row in rows]) else 1


sys.exit(main())
