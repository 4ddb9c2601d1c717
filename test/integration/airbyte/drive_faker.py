"""
A real source, source-faker, into the connector, as the Airbyte platform does it: columns are mapped on the way, rows
carry an object by the catalog. Checks what arrives, the STATEs and their counts; then kills the connector in the middle
and resumes from the last STATE that came out.
"""

import json
import os
import subprocess

from sandbox import CONNECTOR, config, json_file, state

SOURCE = os.environ["CIO_SOURCE"]
ROWS = 400
FAKER = json_file("faker", {"count": ROWS, "seed": 5, "parallelism": 1, "always_updated": False, "records_per_slice": 50})
CONFIG = json_file("config", config(identifierType="email"))
OBJECTS = {"users": "person_identify", "purchases": "person_event"}


def ask(*args: str) -> list[dict]:
    done = subprocess.run([CONNECTOR, *args], capture_output=True, text=True, check=True)
    assert done.stderr == "", done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def catalog() -> str:
    found = subprocess.run([SOURCE, "discover", "--config", FAKER], capture_output=True, text=True, check=True)
    messages = [json.loads(line) for line in found.stdout.splitlines()]
    streams = next(m for m in messages if m["type"] == "CATALOG")["catalog"]["streams"]
    return json_file(
        "catalog",
        {
            "streams": [
                {
                    "stream": stream,
                    "sync_mode": "incremental",
                    "destination_sync_mode": "append_dedup" if stream["name"] == "users" else "append",
                    "destination_object_name": OBJECTS[stream["name"]],
                    "cursor_field": ["updated_at"],
                    "primary_key": [["id"]],
                    "generation_id": 1,
                    "minimum_generation_id": 0,
                    "sync_id": 7,
                }
                for stream in streams
                if stream["name"] in OBJECTS
            ]
        },
    )


def mapped(line: str, prefix: str) -> str:
    """What the platform's mappers do: columns get the names of the destination. Every tenth user has no email."""
    message = json.loads(line)
    if message["type"] != "RECORD":
        return line
    record = message["record"]
    data = record["data"]
    if record["stream"] == "users":
        # As attributes, `email` and `id` would rename the person.
        number = data.pop("id")
        data.update(number=number, address_given=data.pop("email"))
        data["person_email"] = None if number % 10 == 0 else f"{prefix}{number}@faker.example"
    else:
        owner = f"{prefix}{data['user_id']}@faker.example"
        data.update(person_email=owner, event_name="purchase", event_id=f"{prefix}{data['id']}", timestamp=data["added_to_cart_at"])
    return json.dumps(message) + "\n"


def read_source(prefix: str, states: list[dict] | None = None) -> list[str]:
    args = ["read", "--config", FAKER, "--catalog", CATALOG]
    if states:
        args += ["--state", json_file("state", states)]
    done = subprocess.run([SOURCE, *args], capture_output=True, text=True, check=True)
    return [mapped(line, prefix) for line in done.stdout.splitlines(keepends=True)]


def write(lines: list[str]) -> list[dict]:
    done = subprocess.run([CONNECTOR, "write", "--config", CONFIG, "--catalog", CATALOG], input="".join(lines), capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "", (done.returncode, done.stderr, done.stdout[-2000:])
    return states_of(done.stdout.splitlines())


def states_of(lines: list[str]) -> list[dict]:
    return [m["state"] for m in map(json.loads, lines) if m["type"] == "STATE"]


def arrived(prefix: str) -> tuple[list, list]:
    now = state()
    mine = {p["cio_id"]: p["email"] for p in now["people"] if str(p.get("email", "")).startswith(prefix)}
    people = sorted((p["email"], p["attributes"].get("name")) for p in now["people"] if p["cio_id"] in mine)
    events = sorted((mine[e["cio_id"]], e["attributes"]["id"], e["timestamp"]) for e in now["events"] if e["cio_id"] in mine)
    return people, events


def undisturbed() -> None:
    lines = read_source("one")
    came_out = write(lines)
    went_in = states_of(lines)
    assert len(went_in) > 10, len(went_in)
    for before, after in zip(went_in, came_out, strict=True):
        stats = after.pop("destinationStats")
        assert before == after, (before, after)
        # The platform's own check.
        assert stats["recordCount"] + stats["rejectedRecordCount"] == before["sourceStats"]["recordCount"], (before, stats)
    people, events = arrived("one")
    named = [name for _, name in people if name is not None]
    purchases = sum('"purchases"' in line and '"RECORD"' in line for line in lines)
    # A user without email is rejected; who is known by a purchase only has no name.
    assert len(named) == ROWS - ROWS // 10 and len(events) == purchases, (len(named), len(events), purchases)
    print(f"source-faker: {len(named)} people, {len(events)} events, {len(came_out)} STATEs, counts equal")


def killed() -> None:
    lines = read_source("two")
    half = lines[: len(lines) // 2]
    with subprocess.Popen([CONNECTOR, "write", "--config", CONFIG, "--catalog", CATALOG], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        child.stdin.write("".join(half))
        child.stdin.flush()
        said = []
        while not states_of(said):
            said.append(child.stdout.readline())
        child.kill()
        said += [line for line in child.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    latest = {s["stream"]["stream_descriptor"]["name"]: s for s in states_of(said)}
    assert latest
    again = read_source("two", list(latest.values()))
    assert len(again) < len(lines)
    write(again)
    two, one = arrived("two"), arrived("one")
    # The source invents other details when it resumes in the middle; who and which are the same.
    assert [email.replace("two", "one", 1) for email, _ in two[0]] == [email for email, _ in one[0]]
    assert sorted(number for _, number, _ in two[1]) == sorted(number for _, number, _ in one[1])
    print(f"killed after {len(states_of(said))} STATEs and run again: the same end state")


assert [m["type"] for m in ask("spec")] == ["SPEC"]
assert ask("check", "--config", CONFIG)[0]["connectionStatus"]["status"] == "SUCCEEDED"
bad = json_file("bad", {**config(), "credentials": {"siteId": "sandbox-site", "apiKey": "wrong"}})
assert ask("check", "--config", bad)[0]["connectionStatus"]["status"] == "FAILED"
operations = ask("discover", "--config", CONFIG)[0]["destination_catalog"]["operations"]
assert {"person_identify", "person_event"} <= {o["object_name"] for o in operations}
CATALOG = catalog()
undisturbed()
killed()
