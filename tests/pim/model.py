"""What the catalog has to look like: products, categories and stock by Magento's rules, without asking the store.

The days change this model as they change the store; `check.py` compares the two.
"""
import re
from decimal import Decimal

VIEWS = {"all": 0}
"""Ids of the store views by code; the others join them when the week begins."""

ROOT = 2
ROLES = ("image", "small_image", "thumbnail")
COMPOSITE = ("configurable", "bundle", "grouped")
ALL_GROUPS = 32000


def url_key(name):
    """A name as a URL key."""
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")


class Product:
    """One product. Values are kept by attribute and store view, 0 being the default that the others fall back to."""

    def __init__(self, sku, kind, name, set_id, price):
        self.sku, self.kind, self.set_id = sku, kind, set_id
        self.id = None
        self.values = {"name": {0: name}, "url_key": {0: url_key(name)}}
        self.price = Decimal(str(price)) if price is not None else None
        self.weight = None
        self.status, self.visibility = 1, 4
        self.websites = [1]
        self.special = self.cost = None
        self.tiers = {}
        """(group, quantity) to (kind, figure)."""
        self.media = []
        self.links = {}
        """Link type to {sku: (position, quantity)}."""
        self.options = []
        self.children = set()
        """SKUs of a configurable product's variations."""
        self.bundle = []
        """Options of a bundle: {"title", "type", "links": {sku: quantity}}."""
        self.stock = {"qty": 0, "is_in_stock": True, "min_qty": 0}
        self.freed = None
        """The URL key that it had everywhere."""

    @property
    def counted(self):
        """Whether it lies in sources itself."""
        return self.kind not in COMPOSITE

    def set(self, code, value, view="all"):
        """A value in a store view; null takes it away."""
        here = self.values.setdefault(code, {})
        if value is None:
            here.pop(VIEWS[view], None)
        else:
            here[VIEWS[view]] = value

    def effective(self, code, view):
        """The value that counts in a store view; none where there is none."""
        here = self.values.get(code, {})
        return here.get(VIEWS[view], here.get(0))

    def roles(self):
        """Which picture has which role: the last one that was given it."""
        taken = {}
        for at, entry in enumerate(self.media):
            for role in entry["types"]:
                taken[role] = at
        return taken

    def give_roles(self, entry, roles):
        """An entry gets these roles; others lose them."""
        for other in self.media:
            other["types"] = [role for role in other["types"] if role not in roles]
        entry["types"] = list(roles)


class Category:
    """One category; its children are found through the catalog."""

    def __init__(self, number, parent, name, position):
        self.id, self.parent, self.position = number, parent, position
        self.names = {0: name}
        self.key = url_key(name)
        self.active = True
        self.products = {}
        """SKU to position."""


class Catalog:
    """Everything together."""

    def __init__(self):
        self.products = {}
        self.categories = {}
        self.sources = {}
        """(sku, source) to (quantity, status)."""
        self.stocks = {1: ["default"]}
        """Stock to its sources."""

    # Categories

    def children(self, parent):
        """The categories right below one, in order."""
        found = [one for one in self.categories.values() if one.parent == parent]
        return sorted(found, key=lambda one: (one.position, one.id))

    def below(self, number):
        """A category and all below it."""
        return [number, *(deep for child in self.children(number) for deep in self.below(child.id))]

    def path(self, number):
        """Ids from the root of everything to a category."""
        if number == ROOT:
            return [1, ROOT]
        return [*self.path(self.categories[number].parent), number]

    def url_path(self, number):
        """The keys of a category and of those above it."""
        return "/".join(self.categories[one].key for one in self.path(number)[2:])

    def add_category(self, number, parent, name):
        """A new category comes last."""
        last = max((one.position for one in self.children(parent)), default=0)
        self.categories[number] = Category(number, parent, name, last + 1)

    def move(self, number, parent, after=None):
        """Behind the child that is named, or the youngest where none is or the named one is younger still; what stood
        behind it in the old place moves up."""
        moved = self.categories[number]
        for one in self.children(moved.parent):
            if one.id != number and one.position > moved.position:
                one.position -= 1
        siblings = [one for one in self.children(parent) if one.id != number]
        youngest = max((one.id for one in self.children(parent)), default=None)
        behind = min(after or youngest, youngest) if youngest else after
        position = self.categories[behind].position + 1 if behind else 1
        for one in siblings:
            if one.position >= position:
                one.position += 1
        moved.parent, moved.position = parent, position

    def delete_category(self, number):
        """It goes with all below it; others stay where they are."""
        for one in self.below(number):
            del self.categories[one]

    def product_count(self, number):
        """The products of an anchor: its own and those below it, each once."""
        return len({sku for one in self.below(number) for sku in self.categories[one].products})

    def placed(self, sku):
        """The categories of a product, with its position in each."""
        return {one.id: one.products[sku] for one in self.categories.values() if sku in one.products}

    # Products

    def of(self, *kinds):
        """The products of some types, by SKU."""
        return [one for _, one in sorted(self.products.items()) if one.kind in kinds]

    def delete(self, sku):
        """It goes out of everything that it was part of."""
        del self.products[sku]
        for other in self.products.values():
            other.children.discard(sku)
            for linked in other.links.values():
                linked.pop(sku, None)
            for option in other.bundle:
                option["links"].pop(sku, None)
        for category in self.categories.values():
            category.products.pop(sku, None)

    def rename(self, sku, new):
        """Another SKU: everything that names it follows."""
        product = self.products.pop(sku)
        product.sku = new
        self.products[new] = product
        for other in self.products.values():
            if sku in other.children:
                other.children = other.children - {sku} | {new}
            for some in [*other.links.values(), *(option["links"] for option in other.bundle)]:
                if sku in some:
                    some[new] = some.pop(sku)
        for category in self.categories.values():
            if sku in category.products:
                category.products[new] = category.products.pop(sku)
        for named, source in list(self.sources):
            if named == sku:
                self.sources[new, source] = self.sources.pop((sku, source))

    # Stock

    def count(self, product, quantity, min_qty=None):
        """A count of the legacy stock item, said to be in stock where there is something left: the default source has
        the same figure, where it has had one or there is something to have."""
        if min_qty is not None:
            product.stock["min_qty"] = min_qty
        there = quantity > product.stock["min_qty"]
        product.stock |= {"qty": quantity, "is_in_stock": there}
        if quantity or (product.sku, "default") in self.sources:
            self.sources[product.sku, "default"] = (quantity, int(there))

    def lay(self, product, source, quantity, status):
        """A source item; the default source is the legacy stock item too."""
        if source == "default":
            there = status == 1 and quantity > product.stock["min_qty"]
            product.stock |= {"qty": quantity, "is_in_stock": there}
        self.sources[product.sku, source] = (quantity, status)

    def salable(self, product, stock):
        """What lies in stock in the sources of a stock, less the least that has to stay; the default stock sells what the
        legacy item counts. A stock that none of the sources belongs to sells nothing."""
        if stock == 1:
            return product.stock["qty"] - product.stock["min_qty"]
        items = [self.sources.get((product.sku, source)) for source in self.stocks[stock]]
        items = [quantity if status == 1 else 0 for quantity, status in filter(None, items)]
        return sum(items) - product.stock["min_qty"] if items else 0
