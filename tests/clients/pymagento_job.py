"""A PIM's job done by an unmodified pymagento: attributes, a set, categories, products, a configurable one,
pictures, prices, stock by source, searches with its own filters, batches, and all of it deleted again.

Environment: STORE_BASE, the store's address, where tokens of integrations count as bearers; STORE_CREDENTIALS,
what integration:create prints as JSON.
"""
import base64
import json
import os
import struct
import time
import zlib

from magento import (Magento, MagentoAssertionError, MagentoException, delete_custom_attribute,
                     get_boolean_custom_attribute, get_custom_attribute, get_custom_attributes_dict,
                     make_field_value_query, make_search_query, set_custom_attribute, set_custom_attributes)
from magento.batches import ProductBatchGetter, ProductBatchSaver

TOKEN = json.loads(os.environ["STORE_CREDENTIALS"])["access_token"]
WITHIN = 20
DEFAULT_SET, DEFAULT_ROOT = 4, 2
SKUS = [f"pym/{number} é" for number in range(7)]


def equal(found, wanted):
    """What is read back is what was written."""
    assert found == wanted, f"{found!r} instead of {wanted!r}"


def refused(message, call, *arguments, **keywords):
    """The store says no in these words, which the client puts together."""
    try:
        call(*arguments, **keywords)
    except MagentoException as error:
        equal(str(error), message)
    else:
        raise AssertionError(f"not refused: {message}")


def finished(client, bulk):
    """Waits until all operations of a bulk are done, and wants them done well."""
    uuid, end = bulk["bulk_uuid"], time.monotonic() + WITHIN
    assert not bulk["errors"], bulk
    while client.get_bulk_operation_status_count(uuid, 4):
        assert time.monotonic() < end, "the bulk is not worked on"
        time.sleep(0.02)
    operations = client.get_bulk_status(uuid)["operations_list"]
    equal([one["status"] for one in operations], [1] * len(bulk["request_items"]))
    equal(len(client.get_bulk_detailed_status(uuid)["operations_list"]), len(operations))


def png(side, shade):
    """A grey square."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    lines = (b"\0" + bytes([shade]) * side) * side
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines))
            + chunk(b"IEND", b""))


def attributes(client):
    """A select of global scope with options and a text, in a set of their own; the ids of the options."""
    saved = client.save_attribute({
        "attribute_code": "pym_finish", "frontend_labels": [{"store_id": 0, "label": "Finish"}], "is_filterable": True,
        "options": [{"label": "Raw"}, {"label": "Oiled"}]})
    equal((saved["scope"], saved["default_frontend_label"]), ("global", "Finish"))
    client.save_attribute({
        "attribute_code": "pym_care", "frontend_labels": [{"store_id": 0, "label": "Care"}],
        "frontend_input": "text", "backend_type": "varchar", "scope": "store"})
    client.save_attribute({
        "attribute_code": "pym_indoor", "frontend_labels": [{"store_id": 0, "label": "Indoor"}],
        "frontend_input": "boolean"})
    lacquered = client.add_products_attribute_option("pym_finish", {"label": "Lacquered"})
    spare = client.add_products_attribute_option("pym_finish", {"label": "Spare"})
    refused('Admin store attribute option label "Raw" is already exists.',
            client.add_products_attribute_option, "pym_finish", {"label": "Raw"})
    equal(client.delete_products_attribute_option("pym_finish", spare), True)
    options = {one["label"]: one["value"] for one in client.get_products_attribute_options("pym_finish")}
    equal(sorted(options), [" ", "Lacquered", "Oiled", "Raw"])
    equal(options["Lacquered"], lacquered)

    made = client.post_json_api("/V1/products/attribute-sets", json={
        "attributeSet": {"attribute_set_name": "Pym furniture", "sort_order": 9}, "skeletonId": DEFAULT_SET})
    group = client.post_json_api("/V1/products/attribute-sets/groups", json={
        "group": {"attribute_group_name": "Wood", "attribute_set_id": made["attribute_set_id"]}})
    for code in ("pym_finish", "pym_care", "pym_indoor"):
        client.assign_attribute_set_attribute(made["attribute_set_id"], int(group["attribute_group_id"]), code, 5)
    there = {one["attribute_code"] for one in client.get_attribute_set_attributes(made["attribute_set_id"])}
    assert {"pym_finish", "pym_care", "pym_indoor", "price"} <= there, there
    named = make_field_value_query("attribute_set_name", "Pym furniture")
    equal([one["attribute_set_id"] for one in client.get_attribute_sets(named)], [made["attribute_set_id"]])
    return made["attribute_set_id"], options


def categories(client):
    """A small tree, read in all the ways there are, one of it moved; the ids by name."""
    equal(client.get_root_category_id(scope="default"), DEFAULT_ROOT)
    ids = {}
    for name, parent in [("Pym chairs", None), ("Pym stools", "Pym chairs"), ("Pym benches", "Pym chairs")]:
        made = client.create_category({"name": name, "is_active": True, "parent_id": ids.get(parent, DEFAULT_ROOT)})
        ids[name] = made["id"]
    chairs, stools, benches = ids.values()
    refused("Could not save category: URL key for specified store already exists.",
            client.create_category, {"name": "Pym stools", "is_active": True, "parent_id": chairs})

    def children():
        return [one["id"] for one in client.get_child_categories(chairs)]
    equal(sorted(children()), [stools, benches])
    path = f"1/2/{chairs}"
    equal({one["id"] for one in client.get_categories(path_prefix=path)}, {chairs, stools, benches})
    equal({one["id"] for one in client.get_categories(path_prefix=path + "/")}, {stools, benches})
    under = {one["id"] for one in client.get_categories_under_root(chairs, include_root=True)}
    equal(under, {chairs, stools, benches})
    equal(client.get_category_by_name("Pym benches", assert_one=True)["id"], benches)
    equal(client.get_category_by_name("Pym tables"), None)

    equal(client.move_category(benches, DEFAULT_ROOT, after_id=chairs), True)
    equal(client.get_category(benches)["path"], f"1/2/{benches}")
    equal(children(), [stools])
    equal(client.move_category(benches, chairs, after_id=stools), True)
    equal(client.get_category(benches)["position"], 2)
    changed = client.update_category(stools, {"name": "Pym low stools", "include_in_menu": False})
    equal((changed["name"], changed["include_in_menu"]), ("Pym low stools", False))
    equal(get_custom_attribute(client.get_category(stools), "url_path"), "pym-chairs/pym-stools")
    equal(client.get_category(99_999_999), None)
    return chairs, stools, benches


def product(sku, attribute_set, **further):
    """A simple product with values of its own attributes."""
    base = {"sku": sku, "name": f"Chair {sku}", "price": 12.5, "attribute_set_id": attribute_set, "weight": 3,
            "type_id": "simple", "status": 1, "visibility": 4}
    return base | further


def products(client, attribute_set, options):
    """One by one and in a batch; what was sent is there, what was not stays."""
    first = product(SKUS[0], attribute_set)
    set_custom_attributes(first, [("pym_finish", int(options["Raw"])), ("pym_care", "Wipe – dry"),
                                  ("pym_indoor", True), ("url_key", "pym-first")])
    made = client.save_product(first, save_options=True)
    read = client.get_product(SKUS[0])
    equal(read["id"], made["id"])
    equal((read["name"], read["price"], read["weight"]), (first["name"], 12.5, 3))
    equal(get_custom_attribute(read, "pym_finish"), options["Raw"])
    equal(get_custom_attribute(read, "pym_finish", coerce_as=int), int(options["Raw"]))
    equal(get_boolean_custom_attribute(read, "pym_indoor"), True)
    equal(get_custom_attributes_dict(read)["pym_care"], "Wipe – dry")
    equal(client.get_product_by_id(made["id"])["sku"], SKUS[0])
    equal(client.get_product("pym-none"), None)

    changed = client.update_product(SKUS[0], set_custom_attribute({"name": "Chair one"}, "pym_indoor", False))
    equal(changed["name"], "Chair one")
    equal(client.update_product(SKUS[0], delete_custom_attribute({}, "pym_care"))["price"], 12.5)
    read = client.get_product(SKUS[0])
    equal((read["name"], read["price"]), ("Chair one", 12.5))
    equal(get_boolean_custom_attribute(read, "pym_indoor"), False)
    equal(get_custom_attribute(read, "pym_care"), None)
    equal(get_custom_attribute(read, "pym_finish"), options["Raw"])
    refused("URL key for specified store already exists.", client.save_product,
            set_custom_attribute(product("pym-twin", attribute_set), "url_key", "pym-first"))
    equal(client.get_product("pym-twin"), None)

    # What the batch puts is created, and a second batch changes it.
    kept = []
    saver = ProductBatchSaver(client, batch_size=4)
    saver._put_batch = lambda put=saver._put_batch: kept.append(put()) or kept[-1]
    with saver:
        for number, sku in enumerate(SKUS[1:]):
            label = ["Raw", "Oiled", "Lacquered"][number % 3]
            saver.save_product(set_custom_attribute(product(sku, attribute_set, price=10 + number),
                                                    "pym_finish", options[label]))
    equal(saver.finalize(), {"sent_batches": 2, "sent_items": 6})
    for bulk in kept:
        finished(client, bulk)
    finished(client, client.async_update_products([{"sku": sku, "weight": 7.25} for sku in SKUS[1:]]))
    got = {one["sku"]: one for one in ProductBatchGetter(client, SKUS)}
    equal(sorted(got), SKUS)
    equal([got[sku]["price"] for sku in SKUS[1:]], [10, 11, 12, 13, 14, 15])
    equal({got[sku]["weight"] for sku in SKUS[1:]}, {7.25})
    listed = client.get_bulk_operations(query=make_field_value_query("bulk_uuid", kept[0]["bulk_uuid"]), page_size=3)
    equal(len(list(listed)), 4)


def searches(client, options):
    """Its own filters, pages, sort orders and fields."""
    ours = ("sku", "pym/%", "like")

    def skus(*groups, **keywords):
        query = make_search_query([[ours], *groups], sort_orders=keywords.pop("sort", [("sku", "ASC")]))
        return [one["sku"] for one in client.get_products(query=query, **keywords)]
    equal(skus(), SKUS)
    equal(skus(page_size=2), SKUS)
    equal(skus(limit=3, page_size=2), SKUS[:3])
    equal(skus(sort=[("weight", "DESC"), ("sku", "DESC")])[:2], [SKUS[6], SKUS[5]])
    equal(skus([("price", 11, "gteq")], [("price", 12, "lteq")]), SKUS[2:4])
    equal(skus([("price", 10, None), ("price", 15, "eq")]), [SKUS[1], SKUS[6]])
    equal(skus([("pym_finish", options["Oiled"], None)]), [SKUS[2], SKUS[5]])
    equal(skus([("pym_finish", f"{options['Oiled']},{options['Lacquered']}", "in")]),
          [SKUS[number] for number in (2, 3, 5, 6)])
    equal(skus([("pym_care", "1", "notnull")]), [])
    equal(skus([("name", "%one", "like")]), SKUS[:1])
    partly = next(client.get_products(query=make_field_value_query("sku", SKUS[1]), fields="sku,price"))
    equal(partly, {"sku": SKUS[1], "price": 10})
    seek = client.get_products(id_pagination=True, page_size=9)
    equal([one["sku"] for one in seek], SKUS)
    equal(client.get_product_by_query(make_field_value_query("name", "Chair one"))["sku"], SKUS[0])
    equal(client.get_product_by_query(make_field_value_query("name", "Chair none")), None)
    try:
        client.get_product_by_query(make_field_value_query("sku", "pym/%", "like"))
    except MagentoAssertionError:
        pass
    else:
        raise AssertionError("one product of many")


def placed(client, chairs, stools):
    """Products in categories, one by one and in bulk."""
    equal(client.add_product_to_category(chairs, {"sku": SKUS[0], "category_id": str(chairs), "position": 3}), True)
    finished(client, client.async_add_products_to_categories(
        {"sku": sku, "category_id": str(stools), "position": number} for number, sku in enumerate(SKUS[1:4])))
    equal(client.get_category_products(chairs), [{"sku": SKUS[0], "position": 3, "category_id": str(chairs)}])
    found = client.get_category_products(stools)
    equal(sorted((one["sku"], one["position"]) for one in found), [(SKUS[1], 0), (SKUS[2], 1), (SKUS[3], 2)])
    equal(client.get_product(SKUS[2])["extension_attributes"]["category_links"],
          [{"position": 1, "category_id": str(stools)}])
    there = client.get_products(query=make_field_value_query("category_id", stools))
    equal(sorted(one["sku"] for one in there), SKUS[1:4])
    finished(client, client.async_remove_products_from_categories([(stools, SKUS[1]), (stools, SKUS[3])]))
    equal(client.remove_product_from_category(chairs, SKUS[0]), True)
    equal([one["sku"] for one in client.get_category_products(stools)], [SKUS[2]])
    equal(client.get_category_products(chairs), [])


def pictures(client):
    """Two pictures: the first takes every role; one is deleted."""
    def entry(label, name, shade):
        content = {"base64_encoded_data": base64.b64encode(png(24, shade)).decode(), "type": "image/png", "name": name}
        return {"media_type": "image", "label": label, "position": 1, "disabled": False, "content": content}
    ids = [int(client.save_product_media(SKUS[0], entry(label, "Pym Front.png", shade)))
           for label, shade in (("Front", 10), ("Back", 200))]
    front, back = client.get_product_medias(SKUS[0])
    equal([front["id"], back["id"]], ids)
    equal((front["label"], front["file"]), ("Front", "/p/y/pym_front.png"))
    equal((back["label"], back["file"], back["types"]), ("Back", "/p/y/pym_front_1.png", []))
    assert {"image", "small_image", "thumbnail"} <= set(front["types"]), front
    equal(client.get_product_media(SKUS[0], ids[1])["label"], "Back")
    equal(get_custom_attribute(client.get_product(SKUS[0]), "image"), front["file"])
    equal(client.delete_product_media(SKUS[0], ids[1]), True)
    equal([one["id"] for one in client.get_product_medias(SKUS[0])], ids[:1])
    broken = entry("Broken", "broken.png", 1)
    broken["content"]["base64_encoded_data"] = base64.b64encode(b"not a picture").decode()
    refused("The image content must be valid base64 encoded data.", client.save_product_media, SKUS[0], broken)


def prices(client):
    """Base and special prices in lists; a row that is wrong is named, the others count."""
    equal(client.save_base_prices([{"sku": sku, "price": 20.25, "store_id": 0} for sku in SKUS[:2]]), [])
    [wrong] = client.save_base_prices([{"sku": SKUS[0], "price": 21, "store_id": 0},
                                       {"sku": "pym-none", "price": 1, "store_id": 0}])
    equal(wrong["parameters"], ["SKU", "pym-none"])
    found = {one["sku"]: one["price"] for one in client.get_base_prices(SKUS[:2], store_id=0)}
    equal(found, {SKUS[0]: 21, SKUS[1]: 20.25})
    equal(client.get_product(SKUS[1])["price"], 20.25)

    special = [{"sku": sku, "price": 9.99, "store_id": 0, "price_from": "2025-01-01 00:00:00",
                "price_to": "2095-01-31 00:00:00"} for sku in SKUS[:2]]
    equal(client.save_special_prices(special), [])
    equal(sorted(one["sku"] for one in client.get_special_prices(SKUS, store_id=0)), SKUS[:2])
    equal(get_custom_attribute(client.get_product(SKUS[0]), "special_price", coerce_as=float), 9.99)
    equal(client.delete_special_prices_by_sku(SKUS[:1], store_id=0), [])
    equal([one["sku"] for one in client.get_special_prices(SKUS)], SKUS[1:2])
    equal(get_custom_attribute(client.get_product(SKUS[0]), "special_price"), None)


def stock(client):
    """The legacy item, then sources."""
    item = client.get_product_stock_item(SKUS[0])
    equal(int(client.update_product_stock_item_quantity(SKUS[0], item["item_id"], 15)), item["item_id"])
    status = client.get_product_stock_status(SKUS[0])
    equal((status["qty"], status["stock_status"]), (15, 1))
    equal([(one["source_code"], one["quantity"]) for one in client.get_source_items(sku=SKUS[0])], [("default", 15)])
    client.update_product_stock_item_quantity(SKUS[0], item["item_id"], 0)
    equal(client.get_product_stock_item(SKUS[0])["is_in_stock"], False)

    client.save_source({"source_code": "pym_north", "name": "North", "enabled": True, "country_id": "DE", "postcode": "1"})
    equal(client.get_source("pym_north")["name"], "North")
    equal(client.get_source("pym_south"), None)
    equal(sorted(one["source_code"] for one in client.get_sources(make_field_value_query("source_code", "pym_%", "like"))),
          ["pym_north"])
    equal(client.save_source_items([{"sku": sku, "source_code": code, "quantity": 4.5, "status": 1}
                                    for sku in SKUS[:3] for code in ("pym_north", "default")]), [])
    equal(len(list(client.get_source_items(source_code="pym_north", page_size=2))), 3)
    both = client.get_source_items(skus=SKUS[:2])
    equal({(one["sku"], one["quantity"]) for one in both}, {(SKUS[0], 4.5), (SKUS[1], 4.5)})
    equal(client.get_product_stock_item(SKUS[2])["qty"], 4.5)
    equal(client.get_json_api(f"/V1/inventory/get-product-salable-quantity/{SKUS[2].replace('/', '%2F')}/1"), 4.5)
    equal(client.delete_source_items([{"sku": SKUS[0], "source_code": "pym_north"}]), [])
    equal(client.delete_source_items_by_source_code("pym_north"), [])
    equal(client.delete_source_items_by_source_code("pym_north"), None)
    equal(list(client.get_source_items(source_code="pym_north")), [])
    equal([(one["stock_id"], one["source_code"]) for one in client.get_stock_source_links()], [(1, "default")])


def configurable(client, attribute_set, options):
    """Variations by a select: linked, told apart, unlinked."""
    client.save_product({"sku": "pym-parent", "name": "Pym parent", "attribute_set_id": attribute_set,
                         "type_id": "configurable"})
    attribute = client.get_json_api("/V1/products/attributes/pym_finish")["attribute_id"]
    values = [{"value_index": int(options[label])} for label in ("Raw", "Oiled", "Lacquered")]
    option = {"attribute_id": str(attribute), "label": "Finish", "position": 0, "values": values}
    assert int(client.save_configurable_product_option("pym-parent", option)) > 0
    for sku in SKUS[1:4]:
        equal(client.link_child_product("pym-parent", sku), True)
    refused("The product is already attached.", client.link_child_product, "pym-parent", SKUS[1])
    equal(client.unlink_child_product("pym-parent", SKUS[2]), True)
    parts = client.get_product("pym-parent")["extension_attributes"]
    ids = [client.get_product(sku)["id"] for sku in (SKUS[1], SKUS[3])]
    equal(sorted(parts["configurable_product_links"]), ids)
    equal([one["label"] for one in parts["configurable_product_options"]], ["Finish"])

    equal(client.remove_product_website_link(SKUS[6], 1), True)
    assert not client.get_product(SKUS[6])["extension_attributes"].get("website_ids")
    equal(client.add_product_website_link(SKUS[6], 1), True)
    equal(client.get_product(SKUS[6])["extension_attributes"]["website_ids"], [1])


def renamed(client):
    """Another SKU, under the product's id."""
    number = client.get_product(SKUS[5])["id"]
    client.update_product(SKUS[5], {"id": number, "sku": "pym-renamed"}, save_options=True)
    equal(client.get_product("pym-renamed")["id"], number)
    equal(client.get_product(SKUS[5]), None)
    client.update_product("pym-renamed", {"id": number, "sku": SKUS[5]}, save_options=True)


def deleted(client, attribute_set, tree):
    """Everything goes, and is gone."""
    for sku in [*SKUS, "pym-parent"]:
        equal(client.delete_product(sku), True)
    equal(client.delete_product(SKUS[0], skip_missing=True), False)
    refused("The product that was requested doesn't exist. Verify the product and try again.",
            client.delete_product, SKUS[0])
    equal(list(client.get_products(query=make_field_value_query("sku", "pym%", "like"))), [])
    equal(client.remove_category(tree[0]), True)
    equal([client.get_category(one) for one in tree], [None] * 3)
    equal(client.remove_attribute_set_attribute(attribute_set, "pym_care"), True)
    equal(client.delete_json_api(f"/V1/products/attribute-sets/{attribute_set}"), True)
    for code in ("pym_finish", "pym_care", "pym_indoor"):
        equal(client.delete_attribute(code), True)


def surroundings(client):
    """What a connector looks at before it starts."""
    equal([one["code"] for one in client.get_store_views() if one["id"] == 1], ["default"])
    equal([one["default_group_id"] for one in client.get_websites() if one["code"] == "base"], [1])
    equal([one["code"] for one in client.get_store_configs(["default"])], ["default"])
    equal(client.get_country("DE")["three_letter_abbreviation"], "DEU")
    assert len(client.get_countries()) > 200
    assert {"PRODUCT", "CUSTOMER"} <= {one["class_type"] for one in client.get_tax_classes()}
    assert len(list(client.get_tax_rates(page_size=1))) >= 2
    equal(list(client.get_tax_rules(query=make_field_value_query("code", "pym none"))), [])
    assert list(client.get_cms_pages(limit=2)), "no pages"
    reader = Magento(token=TOKEN, base_url=os.environ["STORE_BASE"], read_only=True)
    assert reader.get_base_prices([]) == []


def job():
    """What a program of a merchant does."""
    client = Magento(token=TOKEN, base_url=os.environ["STORE_BASE"], timeout=WITHIN)
    surroundings(client)
    attribute_set, options = attributes(client)
    tree = categories(client)
    products(client, attribute_set, options)
    searches(client, options)
    placed(client, *tree[:2])
    pictures(client)
    prices(client)
    stock(client)
    configurable(client, attribute_set, options)
    renamed(client)
    deleted(client, attribute_set, tree)


job()
