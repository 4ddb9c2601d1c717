"""Every line that the connector said must be a message of the protocol, by the protocol's own models."""

import json
import sys
from collections import Counter

from airbyte_protocol.models import AirbyteMessage

read = getattr(AirbyteMessage, "model_validate", None) or AirbyteMessage.parse_obj
kinds: Counter[str] = Counter()
with open(sys.argv[1], encoding="utf-8") as said:
    for line in said:
        message = read(json.loads(line))
        kind = message.type.value
        kinds[kind] += 1
        # The models take any member; the one that belongs to the type has to be there.
        member = {"CONNECTION_STATUS": "connectionStatus"}.get(kind, kind.lower())
        assert getattr(message, member) is not None, line
        if kind == "STATE":
            stats = json.loads(line)["state"]["destinationStats"]
            assert all(isinstance(stats[name], float) for name in ("recordCount", "rejectedRecordCount")), line
assert {"SPEC", "CONNECTION_STATUS", "DESTINATION_CATALOG", "STATE", "LOG"} <= set(kinds), kinds
print(f"{sum(kinds.values())} messages fit {AirbyteMessage.__module__}: {dict(kinds)}")
