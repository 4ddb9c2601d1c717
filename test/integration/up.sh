#!/usr/bin/env bash
# Installs and starts real object stores on loopback, and prints the environment that test/integration/stores.test.ts needs:
#   eval "$(test/integration/up.sh DIR)"; npm test -- integration/; test/integration/down.sh DIR
# radosgw comes from Debian's packages (root), fake-gcs-server from the Go module proxy. Fails where a server can't be had.
set -euo pipefail
dir=$(mkdir -p "${1:?folder}" && cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
s3_port=${CIO_S3_TEST_PORT:-14661}
gcs_port=${CIO_GCS_TEST_PORT:-14711}
random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

if ! command -v radosgw > /dev/null || ! command -v ceph-mon > /dev/null || ! command -v ceph-osd > /dev/null; then
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends radosgw ceph-mon ceph-osd ceph-mgr >&2
fi
fake_gcs="$dir/bin/fake-gcs-server"
if [ ! -x "$fake_gcs" ]; then
  export PATH="$PATH:/usr/local/go/bin"
  GOBIN="$dir/bin" go install github.com/fsouza/fake-gcs-server@v1.56.1 >&2
fi

: > "$dir/pids"
trap '[ $? = 0 ] || "$here/down.sh" "$dir"' EXIT
key=$(random 10) secret=$(random 20)
"$here/rgw.sh" "$dir" "$s3_port" "$key" "$secret" >&2

mkdir -p "$dir/log"
"$fake_gcs" -scheme http -host 127.0.0.1 -port "$gcs_port" -backend memory -public-host "127.0.0.1:$gcs_port" \
  -external-url "http://127.0.0.1:$gcs_port" > "$dir/log/fake-gcs-server.out" 2>&1 &
echo $! >> "$dir/pids"
for _ in $(seq 100); do
  if (echo > "/dev/tcp/127.0.0.1/$gcs_port") 2> /dev/null; then open=1; break; fi
  sleep 0.1
done
[ "${open:-}" ] || { echo 'up.sh: fake-gcs-server does not listen' >&2; exit 1; }

echo "export CIO_S3_TEST_URL=http://127.0.0.1:$s3_port CIO_S3_TEST_KEY=$key CIO_S3_TEST_SECRET=$secret"
echo "export CIO_GCS_TEST_URL=http://127.0.0.1:$gcs_port"
