"""PyAirbyte with a source of its own, straight and through its cache; then its smoke test of destinations, all scenarios."""

import json
import os
import subprocess

import airbyte as ab
from sandbox import CONNECTOR, config, json_file, state

CLIENT = os.environ["CIO_CLIENT"]
PAGE = os.path.join(os.path.dirname(__file__), "../../../docs/airbyte.md")
TEXT, NUMBER = {"type": "string"}, {"type": "integer"}


def scenario(name: str, columns: dict, records: list[dict]) -> dict:
    schema = {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": columns}
    return {"name": name, "json_schema": schema, "primary_key": [["key"]], "records": records}


def rows(prefix: str) -> list[dict]:
    people = [{"key": n, "person_email": None if n == 7 else f"{prefix}{n}@py.example", "plan": "pro"} for n in range(50)]
    events = [
        {"key": n, "person_email": f"{prefix}{n % 5}@py.example", "event_name": "seen", "timestamp": 1_700_000_000 + n} for n in range(60)
    ]
    return [
        scenario("person_identify", {"key": NUMBER, "person_email": TEXT, "plan": TEXT}, people),
        scenario("person_event", {"key": NUMBER, "person_email": TEXT, "event_name": TEXT, "timestamp": NUMBER}, events),
    ]


def sync(prefix: str, **how: object) -> None:
    destination = ab.get_destination("destination-customer-io", config=config(), local_executable=CONNECTOR)
    destination.check()
    given = {"all_fast_streams": False, "all_slow_streams": False, "custom_scenarios": rows(prefix)}
    source = ab.get_source("source-smoke-test", config=given, streams="*", local_executable=f"{CLIENT}/source-smoke-test")
    result = destination.write(source, **how)
    now = state()
    mine = {p["cio_id"]: p for p in now["people"] if str(p.get("email", "")).startswith(prefix)}
    events = [e for e in now["events"] if e["cio_id"] in mine]
    assert (len(mine), len(events)) == (49, 60), (len(mine), len(events))
    for person in mine.values():
        columns = set(person["attributes"])
        assert {"key", "plan"} <= columns and not any(c.startswith("_airbyte") for c in columns), columns
    assert result.processed_records == 110, result.processed_records
    print(f"PyAirbyte {how or '(through its cache)'}: {len(mine)} people, {len(events)} events; a row without email failed nothing")


def page() -> None:
    """The block of docs/airbyte.md, with the sandbox as the account."""
    with open(PAGE, encoding="utf-8") as file:
        code = file.read().split("```python\n")[1].split("```")[0]
    account = '{"credentials": {"siteId": "...", "apiKey": "..."}}'
    assert account in code, code
    given = {"all_fast_streams": False, "all_slow_streams": False, "custom_scenarios": rows("page")}
    source = ab.get_source("source-smoke-test", config=given, streams="*", local_executable=f"{CLIENT}/source-smoke-test")
    exec(code.replace(account, json.dumps(config())), {"source": source})
    mine = [p for p in state()["people"] if str(p.get("email", "")).startswith("page")]
    assert len(mine) == 49, len(mine)
    print("docs/airbyte.md: its program did the same")


def smoke_test() -> None:
    path = json_file("smoke", config(default_object="person_identify"))
    args = ["destination-smoke-test", f"--destination={CONNECTOR}", f"--config={path}", "--scenarios=all"]
    done = subprocess.run([f"{CLIENT}/pyab", *args], capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout[-3000:], done.stderr[-3000:])
    start, end = done.stdout.index("{\n"), done.stdout.rindex("}") + 1
    result = json.loads(done.stdout[start:end])
    assert result["success"] and result["preflight_passed"], result
    print(f"pyab destination-smoke-test, all scenarios: {result['records_delivered']} rows in {result['elapsed_seconds']} s")


sync("straight", cache=False, state_cache=False)
sync("cached")
page()
smoke_test()
