"""Asks a Prometheus on this machine.

ask.py URL ready                waits until it answers
ask.py URL value AT EXPR        the only value of a query, at a time in seconds since 1970
ask.py URL count AT EXPR        how many series it gives that are numbers
ask.py URL listed AT FILE       each line of FILE's ```promql blocks must give a number
ask.py URL dashboard AT FILE    each query of a Grafana dashboard must give a number
"""
import json
import math
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

url, command, *rest = sys.argv[1:]
# Whatever the environment says: nothing but this machine is asked.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def samples(at, expr):
    query = urllib.parse.urlencode({"query": expr, "time": at})
    try:
        answer = json.load(opener.open(f"{url}/api/v1/query?{query}"))
    except urllib.error.HTTPError as error:
        sys.exit(f"{expr}: {error.read().decode()}")
    data = answer["data"]
    assert answer["status"] == "success" and data["resultType"] == "vector", answer
    return [float(each["value"][1]) for each in data["result"]]


def numbers(at, expr):
    return [value for value in samples(at, expr) if math.isfinite(value)]


def all_answered(at, queries):
    assert queries
    silent = [query for query in queries if not numbers(at, query)]
    print(f"{len(queries)} queries")
    sys.exit("no number: " + "\n".join(silent) if silent else 0)


def ready():
    for _ in range(200):
        try:
            return opener.open(f"{url}/-/ready").read()
        except OSError:
            time.sleep(0.1)
    sys.exit("it does not answer")


def listed(at, file):
    blocks = re.findall(r"```promql\n(.*?)```", open(file).read(), re.S)
    all_answered(at, [line for block in blocks for line in block.splitlines()])


def dashboard(at, file):
    board = json.load(open(file))
    queries = []
    for panel in board["panels"]:
        assert {"id", "type", "title", "gridPos"} <= set(panel), panel
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24, panel
        for target in panel.get("targets", []):
            queries.append(target["expr"].replace("$service", ".+"))
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids)
    titles = [panel["title"] for panel in board["panels"]]
    for title in ("Request Rate", "Error Rate", "Response Time P95"):
        assert titles.count(title) == 3, titles  # of users, of all services, of each service
    assert board["schemaVersion"] >= 36 and board["time"]["from"] < board["time"]["to"]
    names = [variable["name"] for variable in board["templating"]["list"]]
    assert names == ["datasource", "service"], names
    all_answered(at, queries)


if command == "ready":
    ready()
elif command == "value":
    (value,) = samples(*rest)
    print(repr(value))
elif command == "count":
    print(len(numbers(*rest)))
elif command == "listed":
    listed(*rest)
elif command == "dashboard":
    dashboard(*rest)
