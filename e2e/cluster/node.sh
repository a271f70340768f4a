#!/bin/bash
# Process 1 of a node: runs in mount, network, process, host name, IPC and
# cgroup namespaces of its own, which "up" makes. Lays out the file systems,
# then keeps the container runtime, the kubelet and the proxy running. When it
# ends, the kernel ends everything in the node and drops its mounts and network.
set -euo pipefail

# What the host hands over: NODE_NAME NODE_IP NODE_DIR VOLUMES_DIR BIN_DIR ROUTES
NODE=/run/millrace/node
BIN=/run/millrace/bin

hostname "$NODE_NAME"

mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p "$NODE" "$BIN"
mount --bind "$NODE_DIR" "$NODE"
mount --bind "$BIN_DIR" "$BIN"
mount --bind "$VOLUMES_DIR" "$NODE/volumes"
mount -o remount,bind,ro "$BIN"
mount --bind "$NODE/lib" /var/lib
mount --bind "$NODE/log" /var/log
mount -t tmpfs -o mode=1777 tmpfs /tmp

mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
while IFS=: read -r _ controllers _; do
	[ -n "$controllers" ] || continue
	dir=/sys/fs/cgroup/${controllers#name=}
	mkdir -p "$dir"
	mount -t cgroup -o "$controllers" cgroup "$dir"
done </proc/self/cgroup

# The kubelet wants to set these for the whole machine. It finds the values it
# wants in the files laid over them, and leaves the machine alone.
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
	kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
	file=$NODE/sysctl/${setting%=*}
	mkdir -p "$(dirname "$file")"
	printf '%s\n' "${setting#*=}" >"$file"
	mount --bind "$file" "/proc/sys/${setting%=*}"
done

mount --make-rshared /

# The host moves the node's end of a cable in here.
for _ in $(seq 1 200); do
	[ ! -e /sys/class/net/eth0 ] || break
	sleep 0.05
done
ip link set lo up
ip address add "$NODE_IP/24" dev eth0
ip link set eth0 up
for route in $ROUTES; do
	ip route add "${route%=*}" via "${route#*=}"
done
# There is no default route: what is not of the cluster is not reachable.
ip route add unreachable default metric 4278198272
echo 1 >/proc/sys/net/ipv4/ip_forward

# keep NAME COMMAND...: runs a program, and again when it ends (but not forever).
keep() {
	local name=$1
	shift
	for _ in $(seq 1 50); do
		"$@" >>"$NODE/log/$name.log" 2>&1 || true
		echo "$(date -u +%FT%TZ) $name ended" >>"$NODE/log/restarts.log"
		sleep 1
	done
}

keep containerd containerd --config "$NODE/conf/containerd.toml" &
for _ in $(seq 1 200); do
	[ ! -S /run/containerd/containerd.sock ] || break
	sleep 0.05
done
: >"$NODE/runtime-up"
keep kube-proxy "$BIN/kube-proxy" --config "$NODE/conf/kube-proxy.yaml" --hostname-override "$NODE_NAME" &
for _ in $(seq 1 600); do
	[ ! -e "$NODE/images-loaded" ] || break
	sleep 0.1
done
keep kubelet "$BIN/kubelet" --config "$NODE/conf/kubelet.yaml" --kubeconfig "$NODE/conf/kubelet.kubeconfig" \
	--hostname-override "$NODE_NAME" --node-ip "$NODE_IP" --root-dir /var/lib/kubelet --v 1 &

# bash reaps what is left to process 1 while it waits.
wait
