"""A PIM's week: 500 products are made, changed, moved and partly deleted by three integrations at once, and in the end
everything is recomputed and compared.

    week.py [--products N] [--threads N] [--turns N] [--seed N]

Environment: STORE_BASE, the store's address; STORE_CREDENTIALS, a JSON list of what integration:create prints for three
integrations that may do everything; STORE_VIEWS, the codes of two further store views of the website `base`.
"""
import argparse
import json
import os
import random
import sys
import threading
import time

import assortment
import days
from api import Api
from check import check
from model import Catalog
from sunday import sunday
from work import Work


class Week:
    """What the days share: three integrations, the model, and the ids that the store has given."""

    def __init__(self, options):
        base = os.environ["STORE_BASE"]
        self.apis = [Api(base, one) for one in json.loads(os.environ["STORE_CREDENTIALS"])]
        self.views = os.environ["STORE_VIEWS"].split(",")
        self.random = random.Random(options.seed)
        self.size, self.threads, self.turns = options.products, options.threads, options.turns
        self.catalog = Catalog()
        self.attributes, self.options, self.sets = {}, {}, []
        self.stock = None
        self.gone = []
        self.lock = threading.Lock()

    def works(self):
        """An empty list of work for each integration."""
        return [Work(api) for api in self.apis]

    def products(self, *kinds):
        """The products of these types, or all, in the order of their SKUs."""
        return self.catalog.of(*kinds or {one.kind for one in self.catalog.products.values()})

    def resolved(self, api, stock):
        """The website sells from this stock."""
        found = api.get("/V1/inventory/stock-resolver/website/base")["stock_id"]
        assert found == stock, f"the website sells from stock {found} instead of {stock}"


def main():
    """Runs the week; the exit status tells whether all is as it has to be."""
    parser = argparse.ArgumentParser()
    for name, default in (("products", 500), ("threads", 2), ("turns", 3), ("seed", 7)):
        parser.add_argument(f"--{name}", type=int, default=default)
    week = Week(parser.parse_args())
    start = time.monotonic()
    steps = [assortment.begin, days.tuesday, days.wednesday, days.thursday, days.friday, days.saturday, sunday]
    for step in steps:
        step(week)
        print(f"{time.monotonic() - start:6.1f} s  {step.__name__}", flush=True)
    off = check(week)
    sent = sum(api.sent for api in week.apis)
    print(f"{time.monotonic() - start:6.1f} s  {sent} requests, {off.compared} comparisons, {len(off.found)} differences")
    for line in off.found[:40]:
        print("  " + line)
    return 1 if off.found else 0


if __name__ == "__main__":
    sys.exit(main())
