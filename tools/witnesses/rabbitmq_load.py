#!/usr/bin/env python3
"""Publishes messages to a RabbitMQ at random moments, with consumers that sleep over each, and says
what became of them.

    rabbitmq_load.py PORT QUEUE RATE SECONDS WORK_MS SEED PREFETCH TTL_MS SLOW...

There is a consumer for each SLOW, whose work takes so many times as long. Work is exponential, and
arrivals are Poisson. TTL_MS: 0 for messages that do not expire. When the time is over, what is still
waiting is left. Prints JSON: how many were published, how long work was in the mean, how many each
consumer had handled by then, and the median and mean of the time from when one of these was due to the
end of its work.
"""

import json
import random
import statistics
import struct
import sys
import threading
import time

from amqp import Amqp

MESSAGE = struct.Struct(">dd84x")  # when it was due, and its work: 100 bytes, as in the scenarios


class Consumer(threading.Thread):
    """One that works off what it is sent, one after the other."""

    def __init__(self, port, queue, prefetch, slow):
        super().__init__(daemon=True)
        self.slow = slow
        self.works = []
        self.ages = []
        self.amqp = Amqp(port)
        self.amqp.consume(queue, prefetch)

    def run(self):
        while True:
            tag, body = self.amqp.delivery()
            due, work = MESSAGE.unpack(body)
            start = time.monotonic()
            time.sleep(work * self.slow)
            self.works.append((time.monotonic() - start) / self.slow)
            self.amqp.acknowledge(tag)
            self.ages.append(time.monotonic() - due)


def publish(amqp, queue, rate, seconds, work, seed):
    """How many it were."""
    draws = random.Random(seed)
    start = time.monotonic()
    due = draws.expovariate(rate)
    count = 0
    while due < seconds:
        time.sleep(max(0.0, start + due - time.monotonic()))
        body = MESSAGE.pack(start + due, draws.expovariate(1 / work) if work else 0.0)
        amqp.publish(queue, body)
        count += 1
        due += draws.expovariate(rate)
    time.sleep(max(0.0, start + seconds - time.monotonic()))
    return count


def main():
    port, queue = int(sys.argv[1]), sys.argv[2]
    rate, seconds, work_ms = (float(each) for each in sys.argv[3:6])
    seed, prefetch, ttl = (int(each) for each in sys.argv[6:9])
    amqp = Amqp(port)
    amqp.declare(queue, {"x-message-ttl": ttl} if ttl else {})
    consumers = [Consumer(port, queue, prefetch, float(slow)) for slow in sys.argv[9:]]
    for each in consumers:
        each.start()
    published = publish(amqp, queue, rate, seconds, work_ms / 1000, seed)
    ages = [list(each.ages) for each in consumers]
    handled = [len(each) for each in ages]
    print(json.dumps({
        "published": published,
        "rate": published / seconds,
        "work_ms": 1000 * statistics.mean(work for each in consumers for work in each.works),
        "median_ms": 1000 * statistics.median(age for each in ages for age in each),
        "mean_ms": 1000 * sum(map(sum, ages)) / sum(handled),
        "handled": handled,
    }))


main()
