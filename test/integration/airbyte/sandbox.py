"""The sandbox, from Python."""

import json
import os
import urllib.request

URL = os.environ["CIO_SANDBOX_URL"]
WORK = os.environ["CIO_WORK"]
CONNECTOR = f"{WORK}/destination-customer-io"


def config(**more: object) -> dict:
    return {"credentials": {"siteId": "sandbox-site", "apiKey": "sandbox-key"}, "api_base_url": URL, **more}


def ask(path: str) -> dict:
    with urllib.request.urlopen(URL + path) as reply:
        return json.load(reply)


def every(name: str) -> list[dict]:
    """All items of a list, whatever their order, page by page."""
    items: list[dict] = []
    while True:
        page = ask(f"/state/{name}?limit=1000&offset={len(items)}")
        items += page["items"]
        if len(items) >= page["total"] or not page["items"]:
            return items


def state() -> dict:
    return {"counts": ask("/state?limit=1")["counts"], "people": every("people"), "events": every("events")}


def json_file(name: str, value: object) -> str:
    path = f"{WORK}/{name}.json"
    with open(path, "w", encoding="utf-8") as out:
        json.dump(value, out)
    return path
