"""The store beside the model: every figure, text, place and address of every product, by lists and one by one."""
import re
from collections import Counter
from decimal import Decimal

from api import criteria, segment
from model import COMPOSITE, ROOT, VIEWS


class Differences:
    """What is not as it has to be."""

    def __init__(self):
        self.found, self.compared = [], 0

    def same(self, what, found, wanted):
        """Notes a difference."""
        self.compared += 1
        if found != wanted:
            self.found.append(f"{what}: {found!r} instead of {wanted!r}")


def attribute_values(item):
    """Custom attributes by their code."""
    return {one["attribute_code"]: one["value"] for one in item.get("custom_attributes", [])}


def decimal(value):
    """A figure, however it is printed."""
    return None if value is None else Decimal(str(value))


def check(week):
    """All differences there are."""
    off = Differences()
    products(week, off)
    singles(week, off)
    tree(week, off)
    stock(week, off)
    filters(week, off)
    return off


def products(week, off):
    """Page by page in every scope."""
    catalog = week.catalog
    for view in VIEWS:
        items = week.apis[0].pages("/V1/products", [[("sku", "like", "pim%")]], scope=view)
        found = {one["sku"]: one for one in items}
        off.same(f"products of {view}", sorted(found), sorted(catalog.products))
        keys = Counter(attribute_values(one).get("url_key") for one in items)
        off.same(f"addresses that two have in {view}", [key for key, count in keys.items() if count > 1], [])
        for sku in found.keys() & catalog.products.keys():
            product_in(week, off, view, catalog.products[sku], found[sku])


def product_in(week, off, view, product, item):
    """One product as a list shows it in a store view."""
    def same(what, found, wanted):
        off.same(f"{product.sku} in {view}: {what}", found, wanted)
    values = attribute_values(item)
    extension = item["extension_attributes"] if item.get("extension_attributes") else {}
    same("id", item["id"], product.id)
    same("type", item["type_id"], product.kind)
    same("set", item["attribute_set_id"], product.set_id)
    same("name", item["name"], product.effective("name", view))
    same("status and visibility", (item["status"], item["visibility"]), (product.status, product.visibility))
    if product.kind in ("configurable", "grouped"):
        same("price", item.get("price", 0), 0)
    else:
        same("price", decimal(item.get("price")), decimal(product.price))
    same("weight", item.get("weight"), product.weight)
    same("websites", extension.get("website_ids", []), product.websites)
    placed = week.catalog.placed(product.sku)
    same("categories", {int(one["category_id"]): one["position"] for one in extension.get("category_links", [])}, placed)
    same("category ids", sorted(map(int, values.get("category_ids", []))), sorted(placed))
    for code in {"url_key", "description", *week.attributes}:
        wanted = product.effective(code, view)
        found = values.get(code)
        if code == "pim_list_price":
            found, wanted = decimal(found), decimal(wanted)
        if code == "pim_tags" and found and wanted:
            found, wanted = sorted(found.split(",")), sorted(wanted.split(","))
        same(code, found, wanted)
    same("special price", decimal(values.get("special_price")), decimal(product.special))
    same("cost", decimal(values.get("cost")), decimal(product.cost))
    tiers = {(one["customer_group_id"], one["qty"]): tier_of(one) for one in item.get("tier_prices", [])}
    same("tier prices", tiers, {key: (kind, decimal(figure)) for key, (kind, figure) in product.tiers.items()})
    pictures(same, product, item, values)
    linked = {}
    for one in item.get("product_links", []):
        quantity = one.get("extension_attributes", {}).get("qty")
        linked.setdefault(one["link_type"], {})[one["linked_product_sku"]] = (one["position"], quantity)
    same("links", linked, {kind: some for kind, some in product.links.items() if some})
    same("options", sorted((one["title"], one["type"]) for one in item.get("options", [])), sorted(product.options))


def tier_of(row):
    """Kind and figure of a tier price."""
    percentage = row.get("extension_attributes", {}).get("percentage_value")
    return ("fixed", decimal(row["value"])) if percentage is None else ("discount", decimal(percentage))


def pictures(same, product, item, values):
    """Labels, positions, files and roles."""
    entries = item.get("media_gallery_entries", [])

    def shown(entry):
        return entry["label"], entry["position"], entry["disabled"], sorted(set(entry["types"]) - {"swatch_image"})
    same("pictures", sorted(map(shown, entries)), sorted(map(shown, product.media)))
    same("files", len({one["file"] for one in entries}), len(product.media))
    # A name that is taken gets a number at its end.
    names = [re.fullmatch(r"(.*?\d*)(_\d+)?\.\w+", one["file"].rsplit("/", 1)[1])[1] for one in entries]
    same("names of files", sorted(names), sorted(entry["name"] for entry in product.media))
    for role in ("image", "small_image", "thumbnail"):
        [file] = [one["file"] for one in entries if role in one["types"]] or [None]
        found = values.get(role)
        same(role, None if found == "no_selection" else found, file)


def singles(week, off):
    """One by one: what lists leave out."""
    for sku, product in week.catalog.products.items():
        item = week.apis[1].get(f"/V1/products/{segment(sku)}")
        extension = item["extension_attributes"]

        def same(what, found, wanted, sku=sku):
            off.same(f"{sku}: {what}", found, wanted)
        stock_item = extension["stock_item"]
        same("in stock", stock_item["is_in_stock"], product.stock["is_in_stock"])
        same("quantity", stock_item["qty"] or 0, product.stock["qty"])
        same("least quantity", stock_item["min_qty"], product.stock["min_qty"])
        if product.kind == "configurable":
            ids = sorted(week.catalog.products[child].id for child in product.children)
            same("variations", sorted(extension.get("configurable_product_links", [])), ids)
            children = week.apis[1].get(f"/V1/configurable-products/{segment(sku)}/children")
            same("children", sorted(one["sku"] for one in children), sorted(product.children))
            [option] = extension["configurable_product_options"]
            same("option", str(option["attribute_id"]), str(week.attributes["pim_color"]))
        if product.kind == "bundle":
            options = [(one["title"], one["type"], {link["sku"]: link["qty"] for link in one["product_links"]})
                       for one in extension.get("bundle_product_options", [])]
            wanted = [(one["title"], one["type"], one["links"]) for one in product.bundle]
            same("bundle", sorted(options, key=str), sorted(wanted, key=str))


def tree(week, off):
    """Positions, counts, paths and addresses of all categories, and the products in each."""
    catalog, api = week.catalog, week.apis[2]

    def branch(number, node):
        # The root is no anchor, and nothing lies in it.
        count = 0 if number == ROOT else catalog.product_count(number)
        off.same(f"count of category {number}", node["product_count"], count)
        wanted = [(one.id, one.position, one.names[0], len(catalog.path(one.id)) - 1) for one in catalog.children(number)]
        found = [(one["id"], one["position"], one["name"], one["level"]) for one in node["children_data"]]
        off.same(f"children of category {number}", found, wanted)
        for child in node["children_data"]:
            if child["id"] in catalog.categories:
                branch(child["id"], child)
    branch(ROOT, api.get(f"/V1/categories?rootCategoryId={ROOT}"))
    listed = {one["id"]: one for one in api.pages("/V1/categories/list", [[("path", "like", f"1/{ROOT}/%")]], page_size=20)}
    off.same("categories", sorted(listed), sorted(catalog.categories))
    for number, category in catalog.categories.items():
        values = attribute_values(listed.get(number, {}))
        off.same(f"path of {number}", values.get("path"), "/".join(map(str, catalog.path(number))))
        off.same(f"key of {number}", values.get("url_key"), category.key)
        off.same(f"URL path of {number}", values.get("url_path"), catalog.url_path(number))
        off.same(f"children count of {number}", int(values.get("children_count", -1)), len(catalog.below(number)) - 1)
        found = {one["sku"]: one["position"] for one in api.get(f"/V1/categories/{number}/products")}
        off.same(f"products of {number}", found, category.products)
        inside = api.get("/V1/products" + criteria([[("category_id", "eq", number)]], 1, 1, fields="total_count"))
        off.same(f"products filtered by {number}", inside["total_count"], len(category.products))


def stock(week, off):
    """Sources' items page by page, and what can be sold from each stock."""
    catalog, api = week.catalog, week.apis[0]
    items = api.pages("/V1/inventory/source-items", [[("sku", "like", "pim%")]], page_size=200, sort="source_item_id")
    found = {(one["sku"], one["source_code"]): (one["quantity"], one["status"]) for one in items}
    off.same("number of source items", len(items), len(found))
    there = {key: figure for key, figure in found.items() if key[0] in catalog.products}
    counted = {sku for sku, one in catalog.products.items() if one.counted}
    wanted = {key: figure for key, figure in catalog.sources.items() if key[0] in catalog.products}
    for key in sorted(there.keys() | wanted.keys()):
        off.same(f"source item {key}", there.get(key), wanted.get(key))
    for sku in sorted(counted):
        for number in catalog.stocks:
            salable = api.get(f"/V1/inventory/get-product-salable-quantity/{segment(sku)}/{number}")
            off.same(f"salable {sku} in {number}", salable, catalog.salable(catalog.products[sku], number))


def filters(week, off):
    """Lists by values: the counts that the model has."""
    catalog, api = week.catalog, week.apis[1]

    def total(*groups):
        return api.get("/V1/products" + criteria([[("sku", "like", "pim%")], *groups], 1, 1,
                                                                   fields="total_count"))["total_count"]
    everything = list(catalog.products.values())

    def count(fits):
        return sum(bool(fits(one)) for one in everything)
    for label, number in week.options["pim_color"].items():
        off.same(f"color {label}", total([("pim_color", "eq", number)]), count(lambda one: one.effective("pim_color", "all") == number))
    for label, number in week.options["pim_tags"].items():
        wanted = count(lambda one: number in (one.effective("pim_tags", "all") or "").split(","))
        off.same(f"tag {label}", total([("pim_tags", "finset", number)]), wanted)
    for kind in {one.kind for one in everything}:
        off.same(f"type {kind}", total([("type_id", "eq", kind)]), count(lambda one: one.kind == kind))
    off.same("dear", total([("price", "gt", 500)]), count(lambda one: one.price is not None and one.price > 500))
    between = [("pim_list_price", "gteq", 100)], [("pim_list_price", "lteq", 400)]
    off.same("list price", total(*between), count(lambda one: one.values.get("pim_list_price") and
                                                  100 <= Decimal(one.values["pim_list_price"][0]) <= 400))
    off.same("since", total([("pim_since", "lt", "2026-06-01")]),
             count(lambda one: one.values.get("pim_since") and one.values["pim_since"][0] < "2026-06-01"))
    off.same("note", total([("pim_note", "like", "Note 1%")]), count(lambda one: (one.effective("pim_note", "all") or "").startswith("Note 1")))
    off.same("disabled", total([("status", "eq", 2)]), count(lambda one: one.status == 2))
    off.same("either", total([("status", "eq", 2), ("type_id", "eq", "bundle")]),
             count(lambda one: one.status == 2 or one.kind == "bundle"))
    status, _ = api.send("GET", "/V1/products" + criteria([[("pim_temporary", "eq", "soon gone")]]))
    off.same("a deleted attribute", status, 400)
    addresses(week, off)


def addresses(week, off):
    """An address that a product has is refused to another; one that was given up is free."""
    api = week.apis[2]
    shown = [one for one in week.catalog.products.values() if one.visibility != 1 and one.websites][::12]
    for at, product in enumerate(shown):
        key = product.effective("url_key", "all")
        status, found = api.send("POST", "/V1/products", {"product": {
            "sku": f"taken {at}", "name": "Taken", "price": 1, "type_id": "simple", "attribute_set_id": 4,
            "custom_attributes": [{"attribute_code": "url_key", "value": key}]}})
        off.same(f"address {key}, which {product.sku} has", (status, found.get("message")),
                 (400, "URL key for specified store already exists."))
    free = [one.values["url_key"][0] for one in week.gone if one.kind not in COMPOSITE][::6]
    free += [one.freed for one in week.catalog.products.values() if one.freed][::12]
    for at, key in enumerate(free):
        status, _ = api.send("POST", "/V1/products", {"product": {
            "sku": f"free {at}", "name": "Free", "price": 1, "type_id": "simple", "attribute_set_id": 4,
            "custom_attributes": [{"attribute_code": "url_key", "value": key}]}})
        off.same(f"address {key}, which nobody has any more", status, 200)
