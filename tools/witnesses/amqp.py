"""As much of AMQP 0-9-1 as it takes to publish messages and to consume them (amqp-0-9-1.pdf of
amqp.org): one connection with one channel, short strings, no heartbeats."""

import socket
import struct

METHOD, HEADER, BODY, END = 1, 2, 3, b"\xce"
# (class, method) of what is sent or waited for.
START, START_OK, TUNE, TUNE_OK, OPEN, OPEN_OK = ((10, n) for n in (10, 11, 30, 31, 40, 41))
CONNECTION_CLOSE = (10, 50)
CHANNEL_OPEN, CHANNEL_OPEN_OK, CHANNEL_CLOSE = (20, 10), (20, 11), (20, 40)
DECLARE, DECLARE_OK = (50, 10), (50, 11)
QOS, QOS_OK, CONSUME, CONSUME_OK = (60, 10), (60, 11), (60, 20), (60, 21)
PUBLISH, DELIVER, ACK = (60, 40), (60, 60), (60, 80)


def short(text):
    raw = text.encode()
    return struct.pack(">B", len(raw)) + raw


def long_string(raw):
    return struct.pack(">I", len(raw)) + raw


def table(values):
    """Names and whole numbers."""
    return long_string(b"".join(short(name) + b"I" + struct.pack(">i", it) for name, it in values.items()))


class Amqp:
    """A connection to a broker on this machine, as guest."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.incoming = self.socket.makefile("rb", 1 << 16)
        self.socket.sendall(b"AMQP\x00\x00\x09\x01")
        self.await_method(START)
        login = long_string(b"\x00guest\x00guest")
        self.send(0, START_OK, table({}) + short("PLAIN") + login + short("en_US"))
        self.await_method(TUNE)
        self.send(0, TUNE_OK, struct.pack(">HIH", 1, 131072, 0))
        self.send(0, OPEN, short("/") + short("") + b"\x00")
        self.await_method(OPEN_OK)
        self.send(1, CHANNEL_OPEN, short(""))
        self.await_method(CHANNEL_OPEN_OK)

    def send(self, channel, method, arguments):
        self.socket.sendall(self.frame(METHOD, channel, struct.pack(">HH", *method) + arguments))

    @staticmethod
    def frame(kind, channel, payload):
        return struct.pack(">BHI", kind, channel, len(payload)) + payload + END

    def next_frame(self):
        head = self.incoming.read(7)
        if len(head) < 7:
            raise ConnectionError("the broker has closed the connection")
        kind, _, size = struct.unpack(">BHI", head)
        payload = self.incoming.read(size + 1)[:-1]
        if kind != METHOD:
            return kind, None, payload
        method = struct.unpack(">HH", payload[:4])
        if method in (CONNECTION_CLOSE, CHANNEL_CLOSE):
            raise ConnectionError(payload[7 : 7 + payload[6]].decode())
        return kind, method, payload[4:]

    def await_method(self, wanted):
        while True:
            _, method, arguments = self.next_frame()
            if method == wanted:
                return arguments

    def declare(self, queue, arguments):
        """Not durable, gone with the broker."""
        self.send(1, DECLARE, b"\x00\x00" + short(queue) + b"\x00" + table(arguments))
        self.await_method(DECLARE_OK)

    def publish(self, queue, body):
        """To the default exchange, as one write."""
        method = struct.pack(">HHH", *PUBLISH, 0) + short("") + short(queue) + b"\x00"
        header = struct.pack(">HHQH", 60, 0, len(body), 0)
        frames = ((METHOD, method), (HEADER, header), (BODY, body))
        self.socket.sendall(b"".join(self.frame(kind, 1, it) for kind, it in frames))

    def consume(self, queue, prefetch):
        self.send(1, QOS, struct.pack(">IHB", 0, prefetch, 0))
        self.await_method(QOS_OK)
        self.send(1, CONSUME, b"\x00\x00" + short(queue) + short("") + b"\x00" + table({}))
        self.await_method(CONSUME_OK)

    def delivery(self):
        """The tag to acknowledge the next message with, and its body."""
        arguments = self.await_method(DELIVER)
        start = 1 + arguments[0]  # after the consumer's tag
        (tag,) = struct.unpack(">Q", arguments[start : start + 8])
        _, _, header = self.next_frame()
        (size,) = struct.unpack(">Q", header[4:12])
        body = b""
        while len(body) < size:
            body += self.next_frame()[2]
        return tag, body

    def acknowledge(self, tag):
        self.send(1, ACK, struct.pack(">QB", tag, 0))
