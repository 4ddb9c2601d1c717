#!/usr/bin/env bash
# Builds the image from the Dockerfile and runs it, where no image registry can be reached: buildah, over a Debian made by
# debootstrap with this machine's Node in it, tagged as the Dockerfile's base. Needs root. Takes what it needs by apt-get.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
if ! command -v buildah > /dev/null || ! command -v debootstrap > /dev/null; then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends buildah debootstrap > /dev/null
fi
work=$(mktemp -d)
sandbox=
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs STORAGE_OPTS=
buildah() { command buildah --root "$work/storage" --runroot "$work/run" "$@"; }
cleanup() {
  if [ -n "$sandbox" ]; then kill "$sandbox" 2>/dev/null || true; fi
  buildah rm --all > /dev/null 2>&1 || true
  rm -rf "$work"
}
trap cleanup EXIT

# The base: Debian, Node, npm and the user `node`, as in node:20-slim.
mirror=$(apt-cache policy base-files | grep -oE 'https?://[^ ]+' | head -1)
debootstrap --variant=minbase bookworm "$work/base" "$mirror" > "$work/log" || { tail "$work/log"; exit 1; }
mkdir -p "$work/base/usr/local/lib/node_modules"
cp "$(readlink -f "$(command -v node)")" "$work/base/usr/local/bin/node"
cp -r "$(npm root -g)/npm" "$work/base/usr/local/lib/node_modules/"
for name in npm npx; do ln -s "../lib/node_modules/npm/bin/$name-cli.js" "$work/base/usr/local/bin/$name"; done
chroot "$work/base" useradd --create-home --uid 1000 node
container=$(buildah from scratch)
buildah add --quiet "$container" "$work/base" / > /dev/null
buildah commit --quiet "$container" docker.io/library/node:20-slim > /dev/null

# How this machine's npm reaches its registry, for the build only.
volumes=()
for file in "$HOME/.npmrc" /usr/local/etc/npmrc /etc/ssl/certs/ca-certificates.crt; do
  if [ -f "$file" ]; then volumes+=(--volume "$file:$file:ro"); fi
done
buildah bud --pull=never --network=host "${volumes[@]}" --tag connector "$root" > "$work/log" 2>&1 || { tail -30 "$work/log"; exit 1; }

node "$root/dist/lib/cli/main.js" sandbox --port 0 > "$work/url" 2> "$work/log" &
sandbox=$!
until [ -s "$work/url" ]; do kill -0 "$sandbox"; sleep 0.1; done
mkdir "$work/config"
chmod 755 "$work/config"
cat > "$work/config/config.json" << EOF
{"credentials":{"siteId":"sandbox-site","apiKey":"sandbox-key"},"api_base_url":"$(cat "$work/url")","dedupe_directory":"/tmp/dedupe"}
EOF
echo '{"streams":[{"stream":{"name":"person_identify"}}]}' > "$work/config/catalog.json"

# As the platform does: what AIRBYTE_ENTRYPOINT says, and the command.
container=$(buildah from connector)
inside() { buildah run --volume "$work/config:/config:ro" "$container" -- sh -c "$1"; }
test "$(inside 'id -u')" = 1000
inside '$AIRBYTE_ENTRYPOINT spec' | cmp - <(node "$root/dist/lib/airbyte/main.js" spec)
inside '$AIRBYTE_ENTRYPOINT check --config /config/config.json' | grep '"SUCCEEDED"'
row='{"type":"RECORD","record":{"stream":"person_identify","data":{"person_email":"ada@example.com","plan":"pro"}}}'
state='{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"person_identify"},"stream_state":{"at":1}}}}'
printf '%s\n' "$row" "$state" | inside '$AIRBYTE_ENTRYPOINT write --config /config/config.json --catalog /config/catalog.json' | grep '"recordCount":1.0'
test ! -e "$(buildah mount "$container")/airbyte/node_modules/typescript"
echo "image: built, $(buildah images --format '{{.Size}}' connector) with its base, runs as uid 1000"
