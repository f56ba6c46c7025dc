"""Tuesday to Saturday: three integrations change the same products at once, each of them other parts.

Content has texts, values and links; commerce prices and stock; display pictures, categories, addresses and what is shown.
What one of them sends must not undo what another one has sent.
"""
from decimal import Decimal

import pictures
from api import segment
from assortment import COLORS, SOURCES, TAGS, created, link_bodies, option_body
from model import ALL_GROUPS, ROLES, ROOT, url_key
from work import day

GROUPS = {"ALL GROUPS": ALL_GROUPS, "General": 1, "Wholesale": 2, "Retailer": 3}


def product_path(product, rest=""):
    """A product's address, or one below it."""
    return f"/V1/products/{segment(product.sku)}{rest}"


def put(work, product, fields, scope="all"):
    """A PUT of some of a product's fields, in its lane."""
    work.single(product.sku, "PUT", product_path(product), {"product": fields}, scope)


def customs(values):
    """Attribute values as they are sent."""
    return {"custom_attributes": [{"attribute_code": code, "value": value} for code, value in values.items()]}


def tuesday(week):
    """Values in all scopes, prices of all kinds, pictures: every product, at once."""
    content, commerce, display = week.works()
    values(week, content)
    prices(week, commerce)
    first_pictures(week, display)
    day([content, commerce, display], week.threads)


def values(week, work):
    """Attribute values in bulk, texts of the store views one by one."""
    random, bulk = week.random, []
    for product in week.products():
        tags = sorted(random.sample(TAGS, random.randrange(0, 3)))
        sent = {"pim_list_price": f"{random.randrange(100, 99999) / 100:.2f}", "pim_fragile": str(random.randrange(2)),
                "pim_since": f"2026-{random.randrange(1, 13):02}-{random.randrange(1, 29):02} 00:00:00",
                "pim_note": f"Note {random.randrange(50)}", "pim_care": "Wipe – “dry” <b>only</b> & gently",
                "pim_temporary": "soon gone"}
        if tags:
            sent["pim_tags"] = ",".join(week.options["pim_tags"][tag] for tag in tags)
        if product.kind == "simple" and product.visibility == 4:
            sent["pim_color"] = week.options["pim_color"][random.choice(COLORS)]
        for code, value in sent.items():
            product.set(code, value)
        if random.randrange(3):
            bulk.append({"product": {"sku": product.sku} | customs(sent)})
        else:
            put(work, product, customs(sent))
        for view in week.views:
            if random.randrange(3) == 0:
                name = f"{product.values['name'][0]} ({view})"
                product.set("name", name, view)
                product.set("pim_note", f"Note of {view}", view)
                put(work, product, {"name": name} | customs({"pim_note": f"Note of {view}"}), view)
    work.bulk("bulk", "PUT", "/V1/products/bySku", bulk)


def prices(week, work):
    """Lists for the price routes, and prices in products."""
    random = week.random
    priced = [one for one in week.products() if one.price is not None]
    base, special, cost, tier = [], [], [], []
    for at, product in enumerate(priced):
        product.price = Decimal(random.randrange(100, 99999)) / 100
        if at % 2:
            base.append({"sku": product.sku, "price": float(product.price), "store_id": 0})
        else:
            put(work, product, {"price": float(product.price)})
        if product.kind == "bundle":
            continue
        product.cost = Decimal(random.randrange(50, 9000)) / 100
        if at % 3:
            cost.append({"sku": product.sku, "cost": float(product.cost), "store_id": 0})
        else:
            put(work, product, customs({"cost": str(product.cost)}))
        if at % 4 == 0:
            product.special = product.price / 2
            special.append({"sku": product.sku, "price": float(product.special), "store_id": 0,
                            "price_from": "2026-01-01 00:00:00", "price_to": "2096-01-01 00:00:00"})
        for name in random.sample(list(GROUPS), 2):
            quantity, kind = random.randrange(2, 40), random.choice(("fixed", "discount"))
            figure = random.randrange(100, 9000) / 100
            product.tiers[GROUPS[name], quantity] = (kind, Decimal(str(figure)))
            tier.append({"sku": product.sku, "price": figure, "price_type": kind, "website_id": 0, "customer_group": name,
                         "quantity": quantity})
    for route, rows in (("base-prices", base), ("special-price", special), ("cost", cost), ("tier-prices", tier)):
        for at in range(0, len(rows), 20):
            work.single(f"{route} {at}", "POST", f"/V1/products/{route}", {"prices": rows[at:at + 20]}, equals=[])


def add_picture(week, product, bulk=None, work=None):
    """A further picture; the first one gets every role."""
    number = week.random.randrange(10_000)
    entry = {"media_type": "image", "label": f"View {number}", "position": len(product.media) + 1, "disabled": False,
             "types": [] if product.media else list(ROLES)}
    name = f"Side view{number % 40}"
    product.media.append({"label": entry["label"], "position": entry["position"], "disabled": False,
                          "types": list(entry["types"]), "name": name.lower().replace(" ", "_")})
    sent = entry | {"content": pictures.content(name, number)}
    if bulk is None:
        work.single(product.sku, "POST", product_path(product, "/media"), {"entry": sent})
    else:
        bulk.append({"sku": product.sku, "entry": sent})


def first_pictures(week, work):
    """A picture for each product, and a second one for every other; many share a file's name."""
    bulk = []
    for at, product in enumerate(week.products()):
        if at % 4 == 0:
            add_picture(week, product, bulk=bulk)
            continue
        add_picture(week, product, work=work)
        if at % 2:
            add_picture(week, product, work=work)
    work.bulk("bulk", "POST", "/V1/products/bySku/media", bulk, size=25)


def wednesday(week):
    """Counts and sources, what goes with what, and where it is shown."""
    content, commerce, display = week.works()
    links(week, content)
    stock(week, commerce)
    places(week, display)
    day([content, commerce, display], week.threads)


def links(week, work):
    """Related and upsold products, whole or one by one."""
    random, everything = week.random, week.products()
    for product in week.products("simple", "virtual", "configurable")[::2]:
        others = [one for one in random.sample(everything, 5) if one is not product][:4]
        product.links["related"] = {one.sku: (at + 1, None) for at, one in enumerate(others[:2])}
        product.links["upsell"] = {one.sku: (at + 1, None) for at, one in enumerate(others[2:])}
        kinds = {one.sku: one.kind for one in others}
        bodies = [one | {"linked_product_type": kinds[one["linked_product_sku"]]} for one in link_bodies(product)]
        if random.randrange(2):
            put(work, product, {"product_links": bodies})
        else:
            work.single(product.sku, "POST", product_path(product, "/links"), {"items": bodies[:1]})
            for one in bodies[1:]:
                work.single(product.sku, "PUT", product_path(product, "/links"), {"entity": one})


def stock(week, work):
    """Half of the counts by the legacy route, singly and in bulk, half by sources."""
    random, bulk, items = week.random, [], []
    for at, product in enumerate(one for one in week.products() if one.counted):
        if at % 2:
            least = random.choice((None, None, 2, 5))
            quantity = random.randrange(0, 80)
            week.catalog.count(product, quantity, least)
            item = {"qty": quantity, "is_in_stock": product.stock["is_in_stock"]}
            if least is not None:
                item |= {"min_qty": least, "use_config_min_qty": False}
            if at % 4 == 1:
                bulk.append({"productSku": product.sku, "itemId": 1, "stockItem": item})
            else:
                work.single(product.sku, "PUT", product_path(product, "/stockItems/1"), {"stockItem": item})
        for source in random.sample(SOURCES, 2) + ([] if at % 2 else ["default"]):
            quantity, status = random.randrange(1, 300) / 2, int(random.randrange(5) > 0)
            week.catalog.lay(product, source, quantity, status)
            items.append({"sku": product.sku, "source_code": source, "quantity": quantity, "status": status})
    for at in range(0, len(items), 25):
        work.single(f"items {at}", "POST", "/V1/inventory/source-items", {"sourceItems": items[at:at + 25]}, equals=[])
    work.bulk("bulk", "PUT", "/V1/products/byProductSku/stockItems/byItemId", bulk)


def place(week, product, category, position):
    """A product's place in a category, as it is sent."""
    week.catalog.categories[category].products[product.sku] = position
    return {"productLink": {"sku": product.sku, "category_id": str(category), "position": position}}


def places(week, work):
    """Every product in one to three categories: in the product, by the category, and in bulk."""
    random, bulk = week.random, []
    numbers = sorted(week.catalog.categories)
    for at, product in enumerate(week.products()):
        chosen = random.sample(numbers, random.randrange(1, 4))
        sent = [place(week, product, number, random.randrange(0, 100)) for number in chosen]
        if at % 3 == 0:
            found = [{"category_id": one["productLink"]["category_id"], "position": one["productLink"]["position"]}
                     for one in sent]
            put(work, product, {"extension_attributes": {"category_links": found}})
        elif at % 3 == 1:
            for one in sent:
                work.single(product.sku, "PUT", f"/V1/categories/{one['productLink']['category_id']}/products", one, equals=True)
        else:
            bulk += sent
    work.bulk("bulk", "POST", "/V1/categories/byCategoryId/products", bulk)


def thursday(week):
    """The tree is moved about and addresses change, while options come and prices go on."""
    content, commerce, display = week.works()
    random, catalog = week.random, week.catalog
    for at, product in enumerate(week.products("simple", "virtual")[::3]):
        for title, form, price in (("Engraving", "field", 2.5), ("Wrapping", "checkbox", 1))[:1 + at % 2]:
            option = {"product_sku": product.sku, "title": title, "type": form, "is_require": False, "sort_order": 1}
            option |= {"price": price, "price_type": "fixed"} if form == "field" else {
                "values": [{"title": label, "price": price, "price_type": "fixed", "sort_order": at}
                           for at, label in enumerate(("Paper", "Cloth"))]}
            product.options.append((title, form))
            content.single(product.sku, "POST", "/V1/products/options", {"option": option})
    for product in week.products("simple", "virtual", "downloadable"):
        product.price = Decimal(random.randrange(100, 99999)) / 100
        put(commerce, product, {"price": float(product.price)})
    for product in week.products()[::4]:
        keys = {code: f"Moved {product.id}, {code}" for code in ["all", *week.views] if random.randrange(2)}
        if "all" in keys:
            product.freed = product.values["url_key"][0]
        for view, key in keys.items():
            product.set("url_key", url_key(key), view)
            put(display, product, customs({"url_key": key}), view)
    moves(week, display)
    day([content, commerce, display], week.threads)
    assert all(category.key for category in catalog.categories.values())


def moves(week, work):
    """Moves, new names, and addresses of categories, one after the other."""
    random, catalog = week.random, week.catalog
    departments = [one.id for one in catalog.children(ROOT)]
    for at in range(24):
        number = random.choice([one for one in sorted(catalog.categories) if one not in departments])
        if at % 4 == 3:
            category = catalog.categories[number]
            category.names[0], category.key = f"Renamed {at}", f"renamed-{at}"
            sent = {"name": category.names[0]} | customs({"url_key": category.key})
            work.single("tree", "PUT", f"/V1/categories/{number}", {"category": sent})
            continue
        inside = set(catalog.below(number))
        key = catalog.categories[number].key
        targets = [one for one in sorted(catalog.categories) if one not in inside and len(catalog.path(one)) < 5
                   and all(other.key != key for other in catalog.children(one) if other.id != number)]
        parent = random.choice(targets)
        siblings = [one.id for one in catalog.children(parent) if one.id != number]
        after = random.choice(siblings) if siblings else None
        catalog.move(number, parent, after)
        sent = {"parentId": parent} | ({"afterId": after} if after else {})
        work.single("tree", "PUT", f"/V1/categories/{number}/move", sent, equals=True)


def friday(week):
    """Composite products change their parts, tier prices come one by one, pictures and websites change."""
    content, commerce, display = week.works()
    compositions(week, content)
    random = week.random
    for product in week.products("simple")[::2]:
        quantity, figure = random.randrange(100, 200), Decimal(random.randrange(100, 900)) / 100
        product.tiers[ALL_GROUPS, quantity] = ("fixed", figure)
        commerce.single(product.sku, "POST", product_path(product, f"/group-prices/all/tiers/{quantity}/price/{figure}"),
                        equals=True)
    api = week.apis[1]
    channel = {"extension_attributes": {"sales_channels": [{"type": "website", "code": "base"}]}}
    commerce.single("stock", "PUT", f"/V1/inventory/stocks/{week.stock}", {"stock": {"name": "PIM stock"} | channel})
    commerce.then("stock", lambda: week.resolved(api, week.stock))
    commerce.single("stock", "PUT", "/V1/inventory/stocks/1", {"stock": {"name": "Default Stock"} | channel})
    commerce.then("stock", lambda: week.resolved(api, 1))
    for at, product in enumerate(week.products()):
        if at % 5 == 0:
            change_pictures(week, display, product)
        if at % 7 == 0:
            product.websites = []
            display.single(product.sku, "DELETE", product_path(product, "/websites/1"), equals=True)
        if at % 14 == 0:
            product.websites = [1]
            display.single(product.sku, "POST", product_path(product, "/websites"),
                           {"productWebsiteLink": {"sku": product.sku, "website_id": 1}}, equals=True)
        if at % 6 == 1:
            product.status = 2
            put(display, product, {"status": 2})
    day([content, commerce, display], week.threads)


def compositions(week, work):
    """Variations leave and come back, options of bundles change, and so do quantities in groups."""
    for at, product in enumerate(week.products("configurable")):
        for sku in sorted(product.children)[:1 + at % 2]:
            work.single(product.sku, "DELETE", f"/V1/configurable-products/{segment(product.sku)}/children/{segment(sku)}", equals=True)
            if at % 3:
                product.children.discard(sku)
            else:
                work.single(product.sku, "POST", f"/V1/configurable-products/{segment(product.sku)}/child", {"childSku": sku}, equals=True)
    for at, product in enumerate(week.products("bundle")):
        if at % 2:
            product.bundle = [{"title": "Only", "type": "radio", "links": dict(list(product.bundle[1]["links"].items())[:1])}]
            put(work, product, {"extension_attributes": {"bundle_product_options": [option_body(product.bundle[0], 0)]}})
        else:
            product.bundle.append({"title": "Last", "type": "multi", "links": dict(product.bundle[0]["links"])})
            work.single(product.sku, "POST", "/V1/bundle-products/options/add",
                        {"option": option_body(product.bundle[-1], 5) | {"sku": product.sku}})
    for product in week.products("grouped"):
        sku = sorted(product.links["associated"])[0]
        product.links["associated"][sku] = (9, 7)
        for one in link_bodies(product):
            if one["linked_product_sku"] == sku:
                work.single(product.sku, "PUT", product_path(product, "/links"), {"entity": one}, equals=True)


def change_pictures(week, work, product):
    """The first picture is changed, a new one takes a role, the last one goes."""
    def change():
        first, *rest = work.api.get(product_path(product, "/media"))
        sent = {"id": first["id"], "media_type": "image", "label": "Changed", "position": 7, "disabled": True,
                "types": ["image", "small_image"]}
        work.api.call("PUT", product_path(product, f"/media/{first['id']}"), {"entry": sent})
        if rest:
            assert work.api.call("DELETE", product_path(product, f"/media/{rest[-1]['id']}")) is True
    work.then(product.sku, change)
    first, *rest = product.media
    product.give_roles(first, ["image", "small_image"])
    first |= {"label": "Changed", "position": 7, "disabled": True}
    if rest:
        product.media.pop()


def saturday(week):
    """Products go in bulk and singly, a branch of the tree goes, an attribute goes; the others are priced and counted."""
    content, commerce, display = week.works()
    random, catalog = week.random, week.catalog
    gone = random.sample(week.products(), len(catalog.products) // 8)
    for at, product in enumerate(gone):
        catalog.delete(product.sku)
        if at % 2:
            content.single(product.sku, "DELETE", product_path(product), equals=True)
    content.bulk("bulk", "DELETE", "/V1/products/bySku", [{"sku": one.sku} for one in gone[::2]])
    week.gone = gone
    for product in week.products():
        if product.counted and random.randrange(2):
            catalog.count(product, random.randrange(0, 99))
            put(commerce, product, {"extension_attributes": {"stock_item": {
                "qty": product.stock["qty"], "is_in_stock": product.stock["is_in_stock"]}}})
        if product.tiers and random.randrange(3) == 0:
            product.tiers = {(1, 3): ("fixed", Decimal("4.5"))}
            put(commerce, product, {"tier_prices": [{"customer_group_id": 1, "qty": 3, "value": 4.5,
                                                     "extension_attributes": {"website_id": 0}}]})
    branch = random.choice([one.id for one in catalog.categories.values() if len(catalog.path(one.id)) == 4])
    catalog.delete_category(branch)
    display.single("tree", "DELETE", f"/V1/categories/{branch}", equals=True)
    display.then("tree", lambda: created(week, display.api, "Weekend", ROOT))
    for product in week.products()[::3]:
        here = catalog.placed(product.sku)
        for number in sorted(here)[:1]:
            del catalog.categories[number].products[product.sku]
            display.single(product.sku, "DELETE", f"/V1/categories/{number}/products/{segment(product.sku)}", equals=True)
    display.single("attribute", "DELETE", "/V1/products/attributes/pim_temporary", equals=True)
    for product in catalog.products.values():
        product.values.pop("pim_temporary", None)
    day([content, commerce, display], week.threads)
