"""The official client for Python, against the server at SERVER_URL: one thread writes while readers follow, each of whom breaks
off in between and comes back. Every one of them has every message once, in order."""

import os
import threading
import time

from durable_streams import DurableStream, stream

COUNT = 200
PAUSE = 60
URL = f"{os.environ['SERVER_URL']}/v1/stream/clients/python-{time.time_ns()}"


def follow(live, offset, until):
    """Follows the stream in one mode until it has so many messages, or the stream ends."""
    seen = []
    with stream(URL, offset=offset, live=live) as response:
        for event in response.iter_events(mode="json_batches"):
            seen += event.data
            offset = event.next_offset
            if len(seen) >= until:
                break
    return seen, offset


def read(modes, found):
    seen, offset = follow(modes[0], "-1", PAUSE)
    while len(seen) < COUNT:
        more, offset = follow(modes[1], offset, COUNT - len(seen))
        seen += more
    found[modes] = seen


def write(handle):
    for number in range(COUNT):
        handle.append({"number": number}, seq=f"{number:08}")
        time.sleep(0.002)


handle = DurableStream.create(URL, content_type="application/json", ttl_seconds=600)
found = {}
pairs = [("sse", "long-poll"), ("long-poll", "sse"), ("sse", "sse"), ("long-poll", "long-poll")]
threads = [threading.Thread(target=read, args=(modes, found)) for modes in pairs]
for thread in threads:
    thread.start()
write(handle)
for thread in threads:
    thread.join(timeout=60)
expected = [{"number": number} for number in range(COUNT)]
for modes in pairs:
    assert found.get(modes) == expected, f"{modes}: {found.get(modes)}"
handle.delete()
