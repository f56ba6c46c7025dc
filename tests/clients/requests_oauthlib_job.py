"""A job done by an unmodified requests-oauthlib: read the modules, create an order, find it, comment it.

    requests_oauthlib_job.py exchange    HMAC-SHA256; the credentials come by the three-step exchange
    requests_oauthlib_job.py sha1        HMAC-SHA1, with credentials that are there already

Environment: STORE_BASE, the store's address; for `sha1` STORE_CREDENTIALS, what integration:create
prints as JSON; for `exchange` STORE_CREATE, a command as a JSON list, with {endpoint} in it, that
makes an integration and activates it.
"""
import http.server
import json
import os
import queue
import subprocess
import sys
import threading
from urllib.parse import parse_qsl

from requests_oauthlib import OAuth1Session

BASE = os.environ["STORE_BASE"]
REST = BASE + "/rest/V1"
WITHIN = 20


class Callback(http.server.BaseHTTPRequestHandler):
    """Takes what the store posts when a person has pressed Allow."""

    posted = queue.Queue()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        Callback.posted.put(dict(parse_qsl(body)))

    def log_message(self, *_):
        pass


def exchange():
    """From the callback to a session with an access token."""
    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Callback)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{listener.server_port}"
    command = [word.replace("{endpoint}", endpoint) for word in json.loads(os.environ["STORE_CREATE"])]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=WITHIN)
    posted = Callback.posted.get(timeout=WITHIN)
    listener.shutdown()
    assert posted["store_base_url"] == BASE + "/", posted["store_base_url"]
    session = OAuth1Session(posted["oauth_consumer_key"], posted["oauth_consumer_secret"],
                            signature_method="HMAC-SHA256")
    session.fetch_request_token(BASE + "/oauth/token/request")
    session.fetch_access_token(BASE + "/oauth/token/access", verifier=posted["oauth_verifier"])
    return session


def sha1():
    """A session over credentials that are there already."""
    given = json.loads(os.environ["STORE_CREDENTIALS"])
    return OAuth1Session(given["consumer_key"], given["consumer_secret"], given["access_token"],
                         given["access_token_secret"], signature_method="HMAC-SHA1")


def answered(response):
    """The body of a success."""
    request = response.request
    assert response.status_code == 200, f"{request.method} {request.url}: {response.status_code} {response.text}"
    return response.json()


def job(session):
    """What a program of a merchant does."""
    modules = answered(session.get(REST + "/modules"))
    assert "Magento_Sales" in modules, modules

    order = {"customer_email": "ada@example.com", "state": "new", "status": "pending", "grand_total": 65,
             "base_grand_total": 65, "payment": {"method": "checkmo"},
             "items": [{"sku": "Müller & Söhne", "name": "A chair", "qty_ordered": 2, "price": 30, "row_total": 60}]}
    made = answered(session.post(REST + "/orders", json={"entity": order}))

    read = answered(session.get(f"{REST}/orders/{made['entity_id']}"))
    assert read["increment_id"] == made["increment_id"], read
    assert read["items"][0]["sku"] == "Müller & Söhne", read["items"]

    criteria = "searchCriteria[filter_groups][0][filters][0]"
    found = answered(session.get(REST + "/orders", params={
        criteria + "[field]": "increment_id", criteria + "[value]": made["increment_id"],
        criteria + "[condition_type]": "eq", "fields": "items[entity_id],total_count"}))
    assert found == {"items": [{"entity_id": made["entity_id"]}], "total_count": 1}, found

    comments = f"{REST}/orders/{made['entity_id']}/comments"
    comment = {"comment": "Packed – 100 % whole", "is_customer_notified": 0, "is_visible_on_front": 0}
    assert answered(session.post(comments, json={"statusHistory": comment})) is True
    listed = answered(session.get(comments))["items"]
    assert [one["comment"] for one in listed] == [comment["comment"]], listed


job({"exchange": exchange, "sha1": sha1}[sys.argv[1]]())
