"""An integration at a store: signed requests, and bulks that are followed to their end.

In: the store's address and what integration:create prints. Out: statuses and decoded bodies.
"""
import http.client
import json
import threading
import time
from urllib.parse import quote, urlencode, urlsplit

from oauthlib import oauth1

WITHIN = 60
"""Seconds that a request, or a bulk, may take."""

IDLE = 3
"""Seconds after which a connection is made anew: the store closes those that nobody uses."""


class Refused(AssertionError):
    """An answer that is not the one that was wanted."""


def segment(text):
    """A SKU or a code as one segment of a path."""
    return quote(str(text), safe="")


def criteria(groups=(), page_size=None, page=None, sort="entity_id", fields=None):
    """A search as a query: groups of (field, condition, value), joined by AND; alternatives within."""
    pairs = {}
    for at, filters in enumerate(groups):
        for place, (field, condition, value) in enumerate(filters):
            name = f"searchCriteria[filter_groups][{at}][filters][{place}]"
            pairs |= {f"{name}[field]": field, f"{name}[condition_type]": condition, f"{name}[value]": value}
    if sort:
        pairs |= {"searchCriteria[sortOrders][0][field]": sort, "searchCriteria[sortOrders][0][direction]": "ASC"}
    if page_size:
        pairs |= {"searchCriteria[pageSize]": page_size, "searchCriteria[currentPage]": page}
    if fields:
        pairs["fields"] = fields
    return "?" + (urlencode(pairs, quote_via=quote) or "searchCriteria=")


class Api:
    """One integration, to be used from any number of threads: each has a connection of its own."""

    def __init__(self, base, credentials):
        self.base = base
        self.host = urlsplit(base).netloc
        self.signer = oauth1.Client(
            credentials["consumer_key"], credentials["consumer_secret"], credentials["access_token"],
            credentials["access_token_secret"], signature_method="HMAC-SHA256")
        self.own = threading.local()
        self.sent = 0

    def send(self, method, path, body=None, scope="all", prefix=""):
        """Status and decoded body. `path` begins with /V1/."""
        target = f"/rest/{scope}{prefix}{path}"
        # A signer keeps nothing between two calls.
        _, headers, _ = self.signer.sign(self.base + target, method)
        data = None
        if body is not None:
            data = json.dumps(body)
            headers["Content-Type"] = "application/json"
        now = time.monotonic()
        if now - getattr(self.own, "used", -IDLE) >= IDLE:
            self.own.connection = http.client.HTTPConnection(self.host, timeout=WITHIN)
        connection, self.own.used = self.own.connection, now
        self.sent += 1
        connection.request(method, target, data, headers)
        answer = connection.getresponse()
        text = answer.read()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            raise Refused(f"{method} {target}: {answer.status} {text[:300]!r}") from None

    def call(self, method, path, body=None, scope="all", prefix="", wanted=200):
        """The decoded body of an answer that has the wanted status."""
        status, found = self.send(method, path, body, scope, prefix)
        if status != wanted:
            raise Refused(f"{method} {scope} {path}: {status} {json.dumps(found)[:500]}\n{json.dumps(body)[:600]}")
        return found

    def get(self, path, scope="all"):
        """What is there."""
        return self.call("GET", path, None, scope)

    def pages(self, path, groups=(), page_size=60, scope="all", sort="entity_id"):
        """All items of a list, page by page; the count has to stay the same and the last page to be empty."""
        items, page = [], 1
        while True:
            found = self.get(path + criteria(groups, page_size, page, sort), scope)
            if not found["items"]:
                assert len(items) == found["total_count"], f"{path}: {len(items)} of {found['total_count']}"
                return items
            items += found["items"]
            page += 1

    def bulk(self, method, path, bodies, scope="all"):
        """Hands in one request for many; the bulk's id."""
        found = self.call(method, path, bodies, scope, "/async/bulk", wanted=202)
        assert found["errors"] is False and len(found["request_items"]) == len(bodies), found
        return found["bulk_uuid"]

    def finished(self, uuid):
        """Waits until no operation is open; all of them have to be complete."""
        end = time.monotonic() + WITHIN
        while self.get(f"/V1/bulk/{uuid}/operation-status/4"):
            if time.monotonic() > end:
                raise Refused(f"bulk {uuid} is not done in {WITHIN} s")
            time.sleep(0.05)
        for one in self.get(f"/V1/bulk/{uuid}/detailed-status")["operations_list"]:
            if one["status"] != 1:
                raise Refused(f"operation {one['id']} of {one['topic_name']}: {one['status']} {one.get('result_message')}\n"
                              f"{one['serialized_data'][:500]}")
