# shellcheck shell=bash
# What the scripts of the cluster share: names, places, addresses, small helpers.
# Read by "source"; needs $HERE, the folder of the scripts.
#
# Two clusters can live side by side on one machine: MILLRACE_INSTANCE says which
# one is meant, "dev" (for people) or "test" (for the test suite). Everything that
# could collide is derived from it: addresses, devices, ports, state, groups.
# shellcheck disable=SC2034

INSTANCE=${MILLRACE_INSTANCE:-dev}
case $INSTANCE in
dev) NET=198.18 ETCD_PORT=12379 ;;
test) NET=198.19 ETCD_PORT=13379 ;;
*) printf 'MILLRACE_INSTANCE is dev or test, not %s\n' "$INSTANCE" >&2 && exit 2 ;;
esac
NAME=millrace-$INSTANCE
KUBE_VERSION=v1.34.4
COREDNS_VERSION=v1.12.4

# Everything the cluster writes lies in these two folders.
CACHE=${MILLRACE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/millrace}
STATE=${MILLRACE_STATE:-/var/tmp/millrace-cluster}/$INSTANCE

BRIDGE=$NAME
HOST_IP=$NET.255.1
POD_CIDR=$NET.0.0/17
SERVICE_CIDR=$NET.128.0/18
API_SERVICE_IP=$NET.128.1
DNS_IP=$NET.128.10
FENCE=$NET.0.0/16
API=https://$HOST_IP:6443
ETCD=http://127.0.0.1:$ETCD_PORT
ETCD_PEER=http://127.0.0.1:$((ETCD_PORT + 1))
MAX_NODES=5

CONFIG=$STATE/kubeconfig

say() { printf '%s: %s\n' "$NAME" "$*" >&2; }
die() {
	say "$*"
	exit 1
}

need_root() { [ "$(id -u)" = 0 ] || die "must run as root"; }

# One script at a time may change the cluster.
take_lock() {
	mkdir -p "$(dirname "$STATE")"
	exec 9>"$STATE.lock"
	flock -w 900 9 || die "another script of the cluster is still at work"
}

# try SECONDS COMMAND...: repeats the command until it succeeds or time is up.
try() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.2
	done
}

# unpack_packages FOLDER PACKAGE...: unpacks Debian packages without installing.
unpack_packages() {
	local into=$1 debs deb
	shift
	debs=$(mktemp -d)
	(cd "$debs" && apt-get -o APT::Sandbox::User=root -qq download "$@" >&2)
	for deb in "$debs"/*.deb; do dpkg-deb -x "$deb" "$into"; done
	rm -r "$debs"
}

# The cache is keyed by what goes into it.
source_key() {
	(cd "$HERE/src" && find . -type f -print0 | sort -z | xargs -0 sha256sum) | sha256sum | cut -c1-12
}

use_cache() {
	KEY=$KUBE_VERSION-$(source_key)
	HOME_DIR=$CACHE/$KEY
	BIN=$HOME_DIR/bin
	IMAGES=$HOME_DIR/images
}

kubectl() { "$BIN/kubectl" --kubeconfig "$CONFIG" "$@"; }

# A process is remembered by its number and its start time, so that a number
# that was given out anew is never taken for it.
started_at() { [ -r "/proc/$1/stat" ] && sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

remember() { # NAME PID
	printf '%s %s\n' "$2" "$(started_at "$2")" >"$STATE/pids/$1"
}

# pid_of NAME: prints the number of a remembered process that still lives.
pid_of() {
	local pid start
	[ -r "$STATE/pids/$1" ] || return 1
	read -r pid start <"$STATE/pids/$1" || return 1
	[ -n "$start" ] && [ "$(started_at "$pid")" = "$start" ] || return 1
	case $(sed 's/^.*) //' "/proc/$pid/stat" 2>/dev/null | cut -c1) in Z | X | '') return 1 ;; esac
	printf '%s\n' "$pid"
}

gone() { ! pid_of "$1" >/dev/null; }

# end NAME [SIGNAL]: ends a remembered process, by force after ten seconds.
end() {
	local pid
	if pid=$(pid_of "$1"); then
		kill "-${2:-TERM}" "$pid" 2>/dev/null || true
		if ! try 10 gone "$1"; then
			kill -KILL "$pid" 2>/dev/null || true
			try 10 gone "$1" || say "process $pid ($1) does not end"
		fi
	fi
	rm -f "$STATE/pids/$1"
}

node_name() { printf 'node%d\n' "$1"; }
node_ip() { printf '%s.255.%d\n' "$NET" $((10 + $1)); }
node_pods() { printf '%s.%d.0/24\n' "$NET" "$1"; }

# The nodes of the cluster that is up (or half up).
nodes() {
	local n
	for n in $(seq 1 "$MAX_NODES"); do
		[ ! -d "$STATE/nodes/$(node_name "$n")" ] || node_name "$n"
	done
}

# in_node NAME COMMAND...: runs a command inside the namespaces of a node.
in_node() {
	local pid
	pid=$(pid_of "$1") || die "$1 is not running"
	shift
	nsenter --target "$pid" --mount --net --uts --ipc --pid --cgroup -- "$@"
}

# import_image NODE TAR
import_image() {
	in_node "$1" ctr --namespace k8s.io images import --all-platforms - <"$2" >>"$STATE/logs/import.log" 2>&1
}

# start NAME COMMAND...: runs a program of the control plane in the background.
start() {
	local name=$1
	shift
	(
		join_cgroup control
		exec 8>&- 9>&-
		exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin GOMEMLIMIT=2GiB setsid "$@"
	) </dev/null >>"$STATE/logs/$name.log" 2>&1 &
	remember "$name" $!
}

# join_cgroup GROUP: puts this process into a group of the cluster, which lies
# below the group that "up" was called in.
join_cgroup() {
	local controllers path dir file
	while IFS=: read -r _ controllers path; do
		[ -n "$controllers" ] || continue
		dir=/sys/fs/cgroup/${controllers#name=}
		dir=$dir${path%/}/$NAME
		for dir in "$dir" "$dir/$1"; do
			if [ ! -d "$dir" ]; then
				mkdir "$dir" 2>/dev/null || true
				if [ "$controllers" = cpuset ]; then
					for file in cpuset.cpus cpuset.mems; do
						cat "$(dirname "$dir")/$file" >"$dir/$file"
					done
				fi
			fi
		done
		printf '%s\n' "${dir%/*}" >>"$STATE/cgroups"
		echo "$BASHPID" >"$dir/cgroup.procs"
	done <"$STATE/own-cgroup"
}

# start_node NUMBER: starts a node whose folder is laid out.
start_node() {
	local name dir routes="" n pid
	name=$(node_name "$1")
	dir=$STATE/nodes/$name
	for n in $(nodes); do
		n=${n#node}
		[ "$n" = "$1" ] || routes+=" $(node_pods "$n")=$(node_ip "$n")"
	done
	rm -f "$dir/runtime-up" "$dir/images-loaded"
	(
		join_cgroup "$name"
		exec 8>&- 9>&-
		exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin \
			NODE_NAME="$name" NODE_IP="$(node_ip "$1")" NODE_DIR="$dir" \
			VOLUMES_DIR="$STATE/volumes/$name" BIN_DIR="$BIN" ROUTES="$routes" \
			setsid unshare --mount --net --uts --ipc --pid --cgroup --fork --kill-child "$HERE/node.sh"
	) </dev/null >>"$STATE/logs/$name.log" 2>&1 &
	local outer=$!
	try 10 pgrep -P "$outer" -x node.sh || die "$name does not start, see $STATE/logs/$name.log"
	pid=$(pgrep -P "$outer" -x node.sh)
	remember "$name" "$pid"
	ip link add "$NAME-$1" type veth peer name eth0 netns "$pid"
	ip link set "$NAME-$1" master "$BRIDGE" up
	try 30 test -e "$dir/runtime-up" || die "the container runtime of $name does not start, see $dir/log"
	local image
	for image in pause busybox coredns; do
		import_image "$name" "$IMAGES/$image.tar" || die "cannot load $image into $name, see $STATE/logs/import.log"
	done
	: >"$dir/images-loaded"
}

# stop_node NAME: what a power cut does to a machine. The end of process 1 ends
# the rest of the node, and the kernel takes its mounts and its network along.
stop_node() {
	end "$1" KILL
	ip link delete "$NAME-${1#node}" 2>/dev/null || true
}

group_empty() {
	local dir
	while read -r dir; do
		[ -d "$dir" ] || continue
		find "$dir" -depth -type d -exec rmdir {} + 2>/dev/null || true
		[ ! -d "$dir" ] || return 1
	done < <(sort -u "$STATE/cgroups")
}

# tear_down: ends and removes all of the cluster but the cache.
tear_down() {
	local node part dir pid
	for node in $(nodes); do stop_node "$node" & done
	for part in volumes kube-scheduler kube-controller-manager; do end "$part" & done
	wait
	end kube-apiserver KILL
	end etcd
	if [ -r "$STATE/cgroups" ] && ! try 5 group_empty; then
		# Whatever is still in the cluster's own groups was started by it.
		while read -r dir; do
			[ ! -d "$dir" ] || find "$dir" -name cgroup.procs -exec cat {} + 2>/dev/null
		done < <(sort -u "$STATE/cgroups") | sort -u | while read -r pid; do
			kill -KILL "$pid" 2>/dev/null || true
		done
		try 10 group_empty || say "some control groups are still in use: $(sort -u "$STATE/cgroups" | tr '\n' ' ')"
	fi
	ip link delete "$BRIDGE" 2>/dev/null || true
	ip route del unreachable "$FENCE" metric 4096 2>/dev/null || true
	rm -rf "$STATE"
}

# print_use: the lines that a shell evaluates to use the cluster.
print_use() {
	printf 'export KUBECONFIG=%q\n' "$CONFIG"
	# shellcheck disable=SC2016
	printf 'export PATH=%q:"$PATH"\n' "$BIN"
}
