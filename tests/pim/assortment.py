"""What a PIM starts with, made by three integrations at once: attributes with options and sets, a tree of categories,
sources and stocks, and on Monday the products of all types.
"""
from api import segment
from model import COMPOSITE, ROOT, VIEWS, Product
from work import day

COLORS = ["Black", "White", "Oak", "Walnut", "Red", "Green", "Blue", "Sand"]
TAGS = ["New", "Sale", "Eco", "Gift", "Outlet", "Online"]
ATTRIBUTES = [
    ("pim_color", "select", "global", COLORS),
    ("pim_tags", "multiselect", "store", TAGS),
    ("pim_list_price", "price", "global", []),
    ("pim_since", "date", "global", []),
    ("pim_note", "text", "store", []),
    ("pim_care", "textarea", "store", []),
    ("pim_fragile", "boolean", "global", []),
    ("pim_temporary", "text", "global", []),
]
SOURCES = ["pim_north", "pim_south", "pim_west"]
NOUNS = ["Chair", "Table", "Shelf", "Lamp", "Stool", "Bench", "Desk", "Bed"]
WORDS = ["Plain", "Small", "Tall", "Round", "Light", "Heavy", "Old", "New"]


def names(week, number):
    """A name that no other product has."""
    return f"{week.random.choice(WORDS)} {week.random.choice(NOUNS)} No. {number}"


def attributes(week):
    """Attributes at once, then their options at once, then two sets with all of them."""
    works = week.works()
    for at, (code, kind, scope, options) in enumerate(ATTRIBUTES):
        body = {"attribute_code": code, "frontend_input": kind, "scope": scope, "default_frontend_label": code,
                "is_filterable": bool(options), "is_searchable": "1", "used_for_sort_by": kind == "text"}
        works[at % 3].single(code, "POST", "/V1/products/attributes", {"attribute": body},
                             then=lambda found, code=code: week.attributes.update({code: found["attribute_id"]}))
    day(works, week.threads)

    works = week.works()
    for code, _, _, options in ATTRIBUTES:
        week.options[code] = {}
        for at, label in enumerate(options):
            works[at % 3].single(label, "POST", f"/V1/products/attributes/{code}/options", {"option": {"label": label}},
                                 then=lambda found, code=code, label=label: week.options[code].update({label: found}))
    for at, name in enumerate(("PIM indoor", "PIM outdoor")):
        body = {"attributeSet": {"attribute_set_name": name, "sort_order": at}, "skeletonId": 4}
        works[at].single(name, "POST", "/V1/products/attribute-sets", body,
                         then=lambda found: week.sets.append(found["attribute_set_id"]))
    day(works, week.threads)
    week.sets.sort()

    groups = {}
    works = week.works()
    for at, number in enumerate(week.sets):
        body = {"group": {"attribute_group_name": "PIM", "attribute_set_id": number}}
        works[at].single(number, "POST", "/V1/products/attribute-sets/groups", body,
                         then=lambda found, number=number: groups.update({number: int(found["attribute_group_id"])}))
    day(works, week.threads)
    works = week.works()
    for at, (code, *_) in enumerate(ATTRIBUTES):
        for number in week.sets:
            body = {"attributeSetId": number, "attributeGroupId": groups[number], "attributeCode": code, "sortOrder": at}
            works[at % 3].single(code, "POST", "/V1/products/attribute-sets/attributes", body)
    day(works, week.threads)


def categories(week):
    """Each integration has a department with a tree below it; positions follow from the order in each."""
    catalog = week.catalog
    for name in ("Home", "Garden", "Office"):
        created(week, week.apis[0], name, ROOT)
    departments = [one.id for one in catalog.children(ROOT)]
    levels = dict(zip(departments, works := week.works()))
    for department, work in levels.items():
        for at in range(4):
            def branch(work=work, department=department, at=at):
                number = created(week, work.api, f"Branch {department} {at}", department)
                for leaf in range(3):
                    created(week, work.api, f"Leaf {leaf}", number)
            work.then(department, branch)
    day(works, week.threads)


def created(week, api, name, parent):
    """Makes a category and adds it to the model; its id."""
    found = api.call("POST", "/V1/categories", {"category": {"name": name, "parent_id": parent, "is_active": True}})
    with week.lock:
        week.catalog.add_category(found["id"], parent, name)
    assert found["position"] == week.catalog.categories[found["id"]].position, (found, name)
    return found["id"]


def warehouses(week):
    """Three sources, and a stock behind two of them that no website sells from yet."""
    works = week.works()
    for work, code in zip(works, SOURCES):
        body = {"source": {"source_code": code, "name": code.title(), "enabled": True, "country_id": "DE", "postcode": "10115"}}
        work.single(code, "POST", "/V1/inventory/sources", body)
    day(works, week.threads)
    api = week.apis[1]
    week.stock = int(api.call("POST", "/V1/inventory/stocks", {"stock": {"name": "PIM stock"}}))
    links = [{"stock_id": week.stock, "source_code": code, "priority": at + 1} for at, code in enumerate(SOURCES[:2])]
    api.call("POST", "/V1/inventory/stock-source-links", {"links": links})
    week.catalog.stocks[week.stock] = SOURCES[:2]


def plain(week, count):
    """Simple, virtual and downloadable products, among them the variations that configurable ones are made of."""
    random, found = week.random, []
    variations = count * 2 // 5 // 4 * 4
    for number in range(count):
        kind = "simple" if number < count * 7 // 8 else ("virtual", "downloadable")[number % 2]
        product = Product(f"pim/{kind[0]} {number:04}", kind, names(week, number), random.choice(week.sets),
                          random.randrange(100, 50000) / 100)
        if kind == "simple":
            product.weight = random.randrange(1, 400) / 4
        if number < variations:
            product.visibility = 1
            product.set_id = week.sets[0]
            product.set("pim_color", week.options["pim_color"][COLORS[number % 4]])
        week.catalog.count(product, random.randrange(0, 60))
        found.append(product)
    return found, found[:variations]


def composite(week, count, simples, variations):
    """Configurable products of four variations each, then bundles and groups of simple ones."""
    random, found = week.random, []
    for number, at in enumerate(range(0, len(variations), 4)):
        product = Product(f"pim-config {number:03}", "configurable", names(week, 1000 + number), week.sets[0], None)
        product.children = {one.sku for one in variations[at:at + 4]}
        found.append(product)
    for number in range(count - len(found)):
        kind = ("bundle", "grouped")[number % 2]
        product = Product(f"pim-{kind} {number:03}", kind, names(week, 2000 + number), random.choice(week.sets),
                          random.randrange(5000, 90000) / 100 if kind == "bundle" else None)
        parts = random.sample(simples, 4)
        if kind == "bundle":
            product.weight = 0
        if kind == "grouped":
            product.links["associated"] = {one.sku: (at + 1, at + 2) for at, one in enumerate(parts)}
        else:
            product.bundle = [{"title": title, "type": form, "links": {one.sku: at + 1 for at, one in enumerate(some)}}
                              for title, form, some in (("Base", "select", parts[:2]), ("Extra", "checkbox", parts[2:]))]
        found.append(product)
    return found


def body(week, product):
    """A new product as it is sent, whole."""
    extension = {"stock_item": {"is_in_stock": product.stock["is_in_stock"]}}
    customs = {code: here[0] for code, here in product.values.items() if code not in ("name", "url_key") and 0 in here}
    sent = {"sku": product.sku, "name": product.values["name"][0], "type_id": product.kind, "status": product.status,
            "attribute_set_id": product.set_id, "visibility": product.visibility, "extension_attributes": extension}
    if product.price is not None:
        sent["price"] = float(product.price)
    if product.weight:
        sent["weight"] = product.weight
    if product.counted:
        extension["stock_item"]["qty"] = product.stock["qty"]
    if product.kind == "downloadable":
        extension["downloadable_product_links"] = [{
            "title": "File", "sort_order": 1, "is_shareable": 1, "price": 0, "number_of_downloads": 0, "link_type": "url",
            "link_url": f"{week.apis[0].base}/file.pdf", "sample_type": "url", "sample_url": f"{week.apis[0].base}/file.pdf"}]
    if product.kind == "configurable":
        options = [{"value_index": int(week.options["pim_color"][label])} for label in COLORS[:4]]
        extension["configurable_product_options"] = [{"attribute_id": str(week.attributes["pim_color"]), "label": "Color",
                                                      "position": 0, "values": options}]
        extension["configurable_product_links"] = sorted(week.catalog.products[sku].id for sku in product.children)
    if product.kind == "bundle":
        customs |= {"price_type": 1, "price_view": 0, "shipment_type": 0, "sku_type": 0, "weight_type": 0}
        extension["bundle_product_options"] = [option_body(option, at) for at, option in enumerate(product.bundle)]
    if product.links:
        sent["product_links"] = link_bodies(product)
    sent["custom_attributes"] = [{"attribute_code": code, "value": value} for code, value in customs.items()]
    return sent


def option_body(option, at):
    """An option of a bundle."""
    links = [{"sku": sku, "qty": quantity, "position": place, "is_default": False, "can_change_quantity": 1, "price": 1,
              "price_type": 0} for place, (sku, quantity) in enumerate(option["links"].items())]
    return {"title": option["title"], "type": option["type"], "required": True, "position": at, "product_links": links}


def link_bodies(product):
    """All links of a product."""
    return [{"sku": product.sku, "link_type": kind, "linked_product_sku": sku, "linked_product_type": "simple",
             "position": position} | ({"extension_attributes": {"qty": quantity}} if kind == "associated" else {})
            for kind, linked in product.links.items() for sku, (position, quantity) in linked.items()]


def monday(week):
    """Each integration creates a third: in bulk, with POST, and with PUT. Then the composite ones."""
    count = week.size - week.size * 11 // 50
    simples, variations = plain(week, count)
    create(week, simples)
    loose = [one for one in simples[len(variations):] if one.kind == "simple"]
    create(week, composite(week, week.size - count, loose, variations))
    for product in week.catalog.of(*COMPOSITE):
        product.stock["is_in_stock"] = True
    assert len(week.catalog.products) == week.size


def create(week, products):
    """Creates products in three ways at once, and asks for their ids."""
    works = week.works()
    bodies = {}
    for at, product in enumerate(products):
        work = works[at % 3]
        if at % 9 < 3:
            bodies.setdefault(at % 3, []).append({"product": body(week, product)})
        elif at % 9 < 6:
            work.single(product.sku, "POST", "/V1/products", {"product": body(week, product)})
        else:
            work.single(product.sku, "PUT", f"/V1/products/{segment(product.sku)}", {"product": body(week, product)})
        week.catalog.products[product.sku] = product
    for at, some in bodies.items():
        works[at].bulk("bulk", "POST", "/V1/products", some)
    day(works, week.threads)
    for found in week.apis[0].pages("/V1/products", [[("sku", "like", "pim%")]], page_size=200):
        if found["sku"] in week.catalog.products:
            week.catalog.products[found["sku"]].id = found["id"]


def begin(week):
    """Everything up to Monday's evening."""
    for code, number in ((one["code"], one["id"]) for one in week.apis[0].get("/V1/store/storeViews")):
        if code in week.views:
            VIEWS[code] = number
    attributes(week)
    categories(week)
    warehouses(week)
    monday(week)
