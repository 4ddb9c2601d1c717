#!/usr/bin/env bash
# A real Ceph S3 gateway on loopback, all of it in memory and in the folder $1: one monitor, one store, the gateway on port
# $2, and a user with the keys $3 and $4. The processes' ids go to $1/pids. Needs radosgw, ceph-mon and ceph-osd.
set -euo pipefail
dir=$1 port=$2 key=$3 secret=$4
mkdir -p "$dir"/{mon,osd,log,run}
conf="$dir/ceph.conf"
mon="127.0.0.1:$((port + 1))"
cat > "$conf" <<CONF
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon_host = [v1:$mon]
mon_initial_members = a
ms_bind_msgr2 = false
ms_bind_port_min = $((port + 2))
ms_bind_port_max = $((port + 40))
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
osd_objectstore = memstore
memstore_device_bytes = 2147483648
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
keyring = $dir/keyring
run_dir = $dir/run
log_file = $dir/log/\$name.log
admin_socket = $dir/run/\$name.\$pid.asok
[mon.a]
mon_data = $dir/mon
mon_addr = $mon
[osd.0]
osd_data = $dir/osd
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:$port
rgw_run_sync_thread = false
CONF

start() {
  "$@" > "$dir/log/$(basename "$1").out" 2>&1 &
  echo $! >> "$dir/pids"
}
wait_for() {
  for _ in $(seq 300); do
    if "$@" > /dev/null 2>&1; then return; fi
    sleep 0.2
  done
  echo "rgw.sh: gave up waiting for: $*" >&2
  exit 1
}

ceph-authtool --create-keyring "$dir/keyring" --gen-key -n mon. --cap mon 'allow *' > "$dir/log/setup.out" 2>&1
monmaptool --create --addv a "[v1:$mon]" --fsid "$(sed -n 's/^fsid = //p' "$conf")" "$dir/monmap" >> "$dir/log/setup.out" 2>&1
ceph-mon -c "$conf" --mkfs -i a --monmap "$dir/monmap" --keyring "$dir/keyring" >> "$dir/log/setup.out" 2>&1
start ceph-mon -c "$conf" -i a -f
osd=$(cat /proc/sys/kernel/random/uuid)
wait_for timeout 10 ceph -c "$conf" osd new "$osd"
ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$osd" >> "$dir/log/setup.out" 2>&1
osd_is_up() {
  # A store that asks before it knows the cluster is refused (wrong fsid) and ends: then it is started again.
  if ! kill -0 "$(tail -n 1 "$dir/pids")"; then start ceph-osd -c "$conf" -i 0 -f; fi
  timeout 10 ceph -c "$conf" osd stat | grep -q '1 up'
}
start ceph-osd -c "$conf" -i 0 -f
wait_for osd_is_up
start radosgw -c "$conf" -n client.rgw -f
is_open() { (echo > "/dev/tcp/127.0.0.1/$port"); }
wait_for is_open
timeout 60 radosgw-admin -c "$conf" -n client.rgw user create --uid=test --display-name=test \
  --access-key="$key" --secret-key="$secret" >> "$dir/log/setup.out" 2>&1
