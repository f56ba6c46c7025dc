"""Sunday: what only one may win, and what all may have, asked for by all three at the same moment."""
from itertools import permutations

import pictures
from api import segment
from model import ALL_GROUPS, ROOT, Product, url_key
from work import at_once

TAKEN = [400, "URL key for specified store already exists."]


def simple(sku, name, price, **further):
    """A small product as it is sent."""
    return {"product": {"sku": sku, "name": name, "price": price, "type_id": "simple", "attribute_set_id": 4,
                        "weight": 1} | further}


def contested(week, call):
    """The same call by each integration at once, with its number; statuses and bodies in their order."""
    return at_once([lambda at=at, api=api: call(at, api) for at, api in enumerate(week.apis * week.threads)])


def one_wins(answers, message):
    """Exactly one gets through, and the others are told why not; the place of the one."""
    won = [at for at, (status, _) in enumerate(answers) if status == 200]
    lost = [body["message"] for status, body in answers if status != 200]
    assert len(won) == 1 and all(one == message for one in lost), answers
    return won[0]


def sunday(week):
    """All races, one after the other."""
    for turn in range(week.turns):
        address(week, turn)
        same_product(week, turn)
        same_category(week, turn)
        moved_at_once(week, turn)
        same_option(week, turn)
        same_picture(week, turn)
        tiers_and_places(week, turn)
        deleted_at_once(week, turn)
        renamed_at_once(week, turn)


def known(week, sku, name, price):
    """The winner joins the model."""
    product = Product(sku, "simple", name, 4, price)
    product.weight = 1
    product.stock["is_in_stock"] = False
    product.id = week.apis[0].get(f"/V1/products/{segment(sku)}?fields=id")["id"]
    week.catalog.products[sku] = product
    return product


def address(week, turn):
    """Different products want one address; in the next moment they want it as a change."""
    skus = [f"pim race {turn} {at}" for at in range(len(week.apis) * week.threads)]
    answers = contested(week, lambda at, api: api.send("POST", "/V1/products", simple(skus[at], f"Race {turn}", 1)))
    won = one_wins(answers, TAKEN[1])
    known(week, skus[won], f"Race {turn}", 1)
    for at, sku in enumerate(skus):
        status, _ = week.apis[0].send("GET", f"/V1/products/{segment(sku)}")
        assert status == (200 if at == won else 404), (sku, status)
    for at, sku in enumerate(skus):
        if at != won:
            week.apis[0].call("POST", "/V1/products", simple(sku, f"Race {turn} of {at}", 1))
            known(week, sku, f"Race {turn} of {at}", 1)
    wanted = {"product": {"custom_attributes": [{"attribute_code": "url_key", "value": f"raced-{turn}"}]}}
    answers = contested(week, lambda at, api: api.send("PUT", f"/V1/products/{segment(skus[at])}", wanted))
    week.catalog.products[skus[one_wins(answers, TAKEN[1])]].set("url_key", f"raced-{turn}")


def same_product(week, turn):
    """One SKU, made by all: there is one product, and it is one of theirs, whole."""
    sku = f"pim same {turn}"
    answers = contested(week, lambda at, api: api.send("POST", "/V1/products", simple(
        sku, f"Same {turn} by {at}", 10 + at, extension_attributes={"stock_item": {"qty": at + 1, "is_in_stock": True}})))
    assert {status for status, _ in answers} == {200}, answers
    assert len({body["id"] for _, body in answers}) == 1, answers
    [found] = week.apis[0].pages("/V1/products", [[("sku", "eq", sku)]])
    at = int(found["price"]) - 10
    assert found["name"] == f"Same {turn} by {at}", found
    product = known(week, sku, found["name"], found["price"])
    [key] = [one["value"] for one in found["custom_attributes"] if one["attribute_code"] == "url_key"]
    # Who created it has named its address.
    assert key in {url_key(f"Same {turn} by {one}") for one in range(len(answers))}, key
    product.set("url_key", key)
    week.catalog.count(product, at + 1)


def same_category(week, turn):
    """One name below one parent is given once; different names get positions of their own."""
    parent = week.catalog.children(ROOT)[0].id
    answers = contested(week, lambda at, api: api.send("POST", "/V1/categories", {"category": {
        "name": f"Same {turn}", "parent_id": parent, "is_active": True}}))
    refused = "Could not save category: %1"
    won = answers[one_wins(answers, refused)][1]
    week.catalog.add_category(won["id"], parent, f"Same {turn}")
    answers = contested(week, lambda at, api: api.send("POST", "/V1/categories", {"category": {
        "name": f"Many {turn} {at}", "parent_id": parent, "is_active": True}}))
    assert {status for status, _ in answers} == {200}, answers
    for found in sorted((body for _, body in answers), key=lambda one: one["position"]):
        week.catalog.add_category(found["id"], parent, found["name"])
        assert week.catalog.categories[found["id"]].position == found["position"], found


def moved_at_once(week, turn):
    """Categories go below one parent: all arrive, as if they had come one after the other."""
    catalog = week.catalog
    home, garden = catalog.children(ROOT)[0].id, catalog.children(ROOT)[1].id
    numbers = [one.id for one in catalog.children(home) if one.names[0].startswith(f"Many {turn} ")]
    contested(week, lambda at, api: api.call("PUT", f"/V1/categories/{numbers[at]}/move", {"parentId": garden}))
    tree = week.apis[0].get(f"/V1/categories?rootCategoryId={garden}&depth=1")["children_data"]
    seen = {one["id"]: one["position"] for one in tree}
    before = {one.id: (one.parent, one.position) for one in catalog.categories.values()}
    for order in permutations(numbers):
        for number in order:
            catalog.move(number, garden)
        if seen == {one.id: one.position for one in catalog.children(garden)}:
            return
        for number, place in before.items():
            catalog.categories[number].parent, catalog.categories[number].position = place
    raise AssertionError(f"moves of {numbers} in no order lead to {seen}")


def same_option(week, turn):
    """A label is given once."""
    answers = contested(week, lambda at, api: api.send("POST", "/V1/products/attributes/pim_color/options", {
        "option": {"label": f"Contested {turn}"}}))
    won = one_wins(answers, 'Admin store attribute option label "%1" is already exists.')
    week.options["pim_color"][f"Contested {turn}"] = answers[won][1]


def same_picture(week, turn):
    """Pictures of one name for one product: all are there, as files of their own, and the first has the roles."""
    product = week.catalog.products[f"pim same {turn}"]
    contested(week, lambda at, api: api.call("POST", f"/V1/products/{segment(product.sku)}/media", {"entry": {
        "media_type": "image", "label": f"Raced {at}", "position": at, "disabled": False, "types": [],
        "content": pictures.content("raced", 2 * at)}}))
    found = week.apis[0].get(f"/V1/products/{segment(product.sku)}/media")
    for entry in found:
        product.media.append({"label": entry["label"], "position": entry["position"], "disabled": False, "types": [],
                              "name": "raced"})
    first = min(range(len(found)), key=lambda at: found[at]["id"])
    product.media[first]["types"] = ["image", "small_image", "thumbnail"]
    assert sorted(one["label"] for one in found) == sorted(f"Raced {at}" for at in range(len(week.apis) * week.threads))


def tiers_and_places(week, turn):
    """One product's prices, places, links, stock and texts, all changed in the same moment by different routes."""
    catalog = week.catalog
    product = catalog.products[f"pim same {turn}"]
    path = f"/V1/products/{segment(product.sku)}"
    numbers = [one.id for one in catalog.children(ROOT)]
    other = week.products("simple")[turn]
    product.status = 2
    product.links["related"] = {other.sku: (4, None)}
    catalog.lay(product, "pim_north", 3.5, 1)
    calls = [("PUT", path, {"product": {"status": 2}}), ("PUT", path, {"product": {"price": 77}}),
             ("PUT", path, {"product": {"custom_attributes": [{"attribute_code": "description", "value": "Said"}]}}),
             ("POST", f"{path}/links", {"items": [{"sku": product.sku, "link_type": "related", "linked_product_sku": other.sku,
                                                   "linked_product_type": "simple", "position": 4}]}),
             ("PUT", f"{path}/stockItems/1", {"stockItem": {"qty": 42, "is_in_stock": True}}),
             ("POST", "/V1/inventory/source-items", {"sourceItems": [
                 {"sku": product.sku, "source_code": "pim_north", "quantity": 3.5, "status": 1}]})]
    product.price = 77
    product.set("description", "Said")
    catalog.count(product, 42)
    for quantity in range(2, 6):
        calls.append(("POST", f"{path}/group-prices/all/tiers/{quantity}/price/{quantity}", None))
        product.tiers[ALL_GROUPS, quantity] = ("fixed", quantity)
    for position, number in enumerate(numbers):
        catalog.categories[number].products[product.sku] = position
        calls.append(("POST", f"/V1/categories/{number}/products", {"productLink": {
            "sku": product.sku, "category_id": str(number), "position": position}}))
    at_once([lambda at=at, call=call: week.apis[at % 3].call(*call) for at, call in enumerate(calls)])


def deleted_at_once(week, turn):
    """A product is deleted once."""
    product = week.products("simple")[-1 - turn]
    answers = contested(week, lambda at, api: api.send("DELETE", f"/V1/products/{segment(product.sku)}"))
    one_wins(answers, "The product that was requested doesn't exist. Verify the product and try again.")
    week.catalog.delete(product.sku)


def renamed_at_once(week, turn):
    """Products take new SKUs in the same moment; their stock comes along."""
    catalog = week.catalog
    products = [one for one in week.products("simple", "virtual") if one.sku.startswith("pim/")]
    chosen = products[turn * 10:turn * 10 + len(week.apis) * week.threads]
    # With one key in the body the path's SKU would count.
    contested(week, lambda at, api: api.call("PUT", f"/V1/products/{segment(chosen[at].sku)}", {
        "product": {"id": chosen[at].id, "sku": f"pim renamed {chosen[at].id}"}, "saveOptions": True}))
    for product in chosen:
        catalog.rename(product.sku, f"pim renamed {product.id}")
