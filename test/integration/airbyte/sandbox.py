"""The sandbox, from Python."""

import json
import os
import urllib.request

URL = os.environ["CIO_SANDBOX_URL"]
WORK = os.environ["CIO_WORK"]
CONNECTOR = f"{WORK}/destination-customer-io"


def config(**more: object) -> dict:
    return {"credentials": {"siteId": "sandbox-site", "apiKey": "sandbox-key"}, "api_base_url": URL, **more}


def state() -> dict:
    with urllib.request.urlopen(f"{URL}/state") as reply:
        return json.load(reply)


def json_file(name: str, value: object) -> str:
    path = f"{WORK}/{name}.json"
    with open(path, "w", encoding="utf-8") as out:
        json.dump(value, out)
    return path
