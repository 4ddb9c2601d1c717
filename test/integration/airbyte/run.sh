#!/usr/bin/env bash
# Drives the built connector with clients that we did not write: PyAirbyte, its destination smoke test, and source-faker,
# into the sandbox. Everything lives in a temporary folder; CIO_AIRBYTE_VENVS names a folder of environments to keep.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=$(mktemp -d)
sandbox=
cleanup() {
  if [ -n "$sandbox" ]; then kill "$sandbox" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap cleanup EXIT
venvs=${CIO_AIRBYTE_VENVS:-$work/venvs}

# The client and the source need different versions of Airbyte's own kit, so each gets its environment.
install() {
  [ -x "$venvs/$1/bin/python" ] && return
  python3 -m venv "$venvs/$1"
  "$venvs/$1/bin/pip" install --quiet --disable-pip-version-check "${@:2}"
}
install client airbyte==0.71.3
install source airbyte-source-faker==7.2.1
install models airbyte-protocol-models==0.18.0

# Keeps all that the connector says, for the protocol's models to judge. The process is the connector itself.
cat > "$work/destination-customer-io" <<EOF
#!/usr/bin/env bash
exec node "$root/dist/lib/airbyte/main.js" "\$@" > >(tee -a "$work/said.ndjson")
EOF
chmod +x "$work/destination-customer-io"

node "$root/dist/lib/cli/main.js" sandbox --port 0 > "$work/url" 2> "$work/sandbox.log" &
sandbox=$!
until [ -s "$work/url" ]; do kill -0 "$sandbox"; sleep 0.1; done

export AIRBYTE_OFFLINE_MODE=1 DO_NOT_TRACK=1 PYTHONWARNINGS=ignore AIRBYTE_LOGGING_ROOT="$work/logs" HOME="$work"
export CIO_WORK="$work" CIO_SANDBOX_URL CIO_CLIENT="$venvs/client/bin" CIO_SOURCE="$venvs/source/bin/source-faker"
CIO_SANDBOX_URL=$(cat "$work/url")
export PATH="$CIO_CLIENT:$work:$PATH"
cd "$work"
"$venvs/models/bin/python" "$here/drive_faker.py"
"$CIO_CLIENT/python" "$here/drive_pyairbyte.py"
# Both editions of the protocol's models: the one of PyAirbyte, and the one under its first name.
"$CIO_CLIENT/python" "$here/judge_messages.py" said.ndjson
"$venvs/models/bin/python" "$here/judge_messages.py" said.ndjson
