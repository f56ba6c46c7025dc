"""Calls that integrations make at once: each has a list of its own, in lanes that keep their order."""
import threading
import traceback
import zlib


class Work:
    """What one integration does on a day. Calls of one lane are made one after the other, others at once."""

    def __init__(self, api):
        self.api = api
        self.lanes = {}

    def then(self, lane, call):
        """Adds a call to a lane."""
        self.lanes.setdefault(lane, []).append(call)

    def single(self, lane, method, path, body=None, scope="all", equals=None, then=None):
        """Adds a request; what it answers may have to equal something, and is handed on."""
        def call():
            found = self.api.call(method, path, body, scope)
            assert equals is None or found == equals, f"{method} {path}: {found!r} instead of {equals!r}"
            if then:
                then(found)
        self.then(lane, call)

    def bulk(self, lane, method, path, bodies, scope="all", size=40):
        """Adds bulks, each of which is over before the lane goes on."""
        for at in range(0, len(bodies), size):
            part = bodies[at:at + size]
            self.then(lane, lambda part=part: self.api.finished(self.api.bulk(method, path, part, scope)))


def at_once(calls):
    """Makes all calls in threads that begin together; their results in order. The first failure is raised."""
    barrier, results, failures = threading.Barrier(len(calls)), [None] * len(calls), []

    def run(at, call):
        barrier.wait()
        try:
            results[at] = call()
        except BaseException as error:  # It has to reach the thread that waits.
            failures.append((error, traceback.format_exc()))
    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        print(failures[0][1])
        raise failures[0][0]
    return results


def day(works, threads):
    """Does the works of all integrations at once, each in some threads."""
    def hand(lanes):
        for lane in lanes:
            for call in lane:
                call()
    hands = []
    for work in works:
        shares = [[] for _ in range(threads)]
        for name, lane in work.lanes.items():
            shares[zlib.crc32(str(name).encode()) % threads].append(lane)
        hands += [lambda lanes=lanes: hand(lanes) for lanes in shares if lanes]
    if hands:
        at_once(hands)
