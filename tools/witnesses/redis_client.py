#!/usr/bin/env python3
"""Fills a Redis as a cache is filled, with keys of a Zipf law, and says how often it had them.

    redis_client.py room PORT ENTRIES                        the memory that so many entries take
    redis_client.py play PORT RATE SECONDS EXPONENT SEED     {"hit_ratio": ..., "entries": ...}

`play` asks for RATE keys a second of 100,000, sets those that are not there, and counts the second
half of the time. Sixteen keys are asked for at once, and then those that lack are set at once: a key
that lacks is so rare that it seldom comes twice in sixteen.
"""

import itertools
import json
import random
import socket
import sys
import time

KEYS = 100_000
TOGETHER = 16
VALUE = b"v" * 1000


def command(*words):
    """In Redis' protocol (RESP): an array of strings."""
    parts = [b"*%d\r\n" % len(words)]
    for word in words:
        text = word if isinstance(word, bytes) else str(word).encode()
        parts.append(b"$%d\r\n%s\r\n" % (len(text), text))
    return b"".join(parts)


class Redis:
    """One connection."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.replies = self.socket.makefile("rb", 1 << 20)

    def send(self, text):
        self.socket.sendall(text)

    def reply(self):
        line = self.replies.readline()
        if line[:1] == b"-" or not line:
            raise RuntimeError(line.decode().strip() or "Redis has closed the connection")
        if line[:1] != b"$":
            return line[1:-2]
        length = int(line[1:])
        return None if length < 0 else self.replies.read(length + 2)[:-2]

    def call(self, *words):
        self.send(command(*words))
        return self.reply()


def key(number):
    return b"k%06d" % number


def room(port, entries):
    """The memory in use with so many entries, in bytes: as maxmemory it has room for these."""
    redis = Redis(port)
    for number in range(entries):
        redis.send(command("SET", key(number), VALUE))
        redis.reply()
    info = redis.call("INFO", "memory").decode()
    redis.call("FLUSHALL")
    return next(line.split(":")[1] for line in info.splitlines() if line.startswith("used_memory:"))


def drawn(exponent, count, seed):
    """Ranks from 0, each as often as rank + 1 to the power of -exponent."""
    weights = itertools.accumulate((rank + 1) ** -exponent for rank in range(KEYS))
    return random.Random(seed).choices(range(KEYS), cum_weights=list(weights), k=count)


def play(port, rate, seconds, exponent, seed):
    redis = Redis(port)
    gets = [command("GET", key(number)) for number in range(KEYS)]
    ranks = drawn(exponent, int(rate * seconds), seed)
    hits = entries = counted = 0
    start = time.monotonic()
    for first in range(0, len(ranks), TOGETHER):
        time.sleep(max(0.0, start + first / rate - time.monotonic()))
        asked = ranks[first : first + TOGETHER]
        redis.send(b"".join(gets[rank] for rank in asked))
        lacking = [rank for rank in asked if redis.reply() is None]
        redis.send(b"".join(command("SET", key(rank), VALUE) for rank in lacking) + command("DBSIZE"))
        for _ in lacking:
            redis.reply()
        size = int(redis.reply())
        if first >= len(ranks) // 2:
            hits += len(asked) - len(lacking)
            entries += size * len(asked)
            counted += len(asked)
    took = time.monotonic() - start
    return {
        "hit_ratio": hits / counted,
        "entries": round(entries / counted),
        "rate": len(ranks) / took,
        "half": took / 2,
    }


def main():
    numbers = [float(each) for each in sys.argv[2:]]
    if sys.argv[1] == "room":
        print(room(int(numbers[0]), int(numbers[1])))
    else:
        port, rate, seconds, exponent, seed = numbers
        print(json.dumps(play(int(port), rate, seconds, exponent, int(seed))))


main()
