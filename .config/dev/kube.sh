# shellcheck shell=bash
# Where the pods run. Three ways; everything but make, load and delete is the same
# for all of them:
#   cluster  e2e/cluster: built from Go modules and Debian packages (root on Linux)
#   kind     kind, where Docker answers
#   current  the cluster that KUBECONFIG names (--use-current); never deleted

KIND_CLUSTER=${KIND_CLUSTER:-millrace}

# kube_choose [--use-current]: prints the way.
kube_choose() {
	if [ "${1-}" = --use-current ]; then
		echo current
	elif command -v kind >/dev/null && timeout 2 docker info >/dev/null 2>&1; then
		echo kind
	else
		echo cluster
	fi
}

# kube_prerequisites WAY: notes what is missing.
kube_prerequisites() {
	case $1 in
	cluster)
		[ "$(uname -s)" = Linux ] || missing "Linux (or kind with Docker, or --use-current)" "https://kind.sigs.k8s.io"
		[ "$(id -u)" = 0 ] || missing "root, to make a cluster on this machine" "sudo ./dev $COMMAND   (or start Docker and install kind, or use --use-current)"
		[ -d /sys/fs/cgroup/memory ] || missing "the cgroup v1 controllers" "boot with systemd.unified_cgroup_hierarchy=0, or use kind, or --use-current"
		kube_built || need_go
		kube_built || need_disk 10
		need_memory 5000
		;;
	kind) need_memory 5000 ;;
	current)
		command -v kubectl >/dev/null || missing kubectl "https://kubernetes.io/docs/tasks/tools"
		timeout 2 kubectl get --raw=/readyz >/dev/null 2>&1 || missing "a cluster that answers at KUBECONFIG" "kubectl cluster-info"
		command -v helm >/dev/null || missing helm "https://helm.sh/docs/intro/install"
		;;
	esac
}

# in_cache COMMAND...: runs a command that knows where the parts of e2e/cluster are kept.
in_cache() {
	(
		HERE=$ROOT/e2e/cluster
		# shellcheck source=/dev/null
		source "$HERE/lib.sh"
		use_cache
		"$@"
	)
}
parts_exist() { [ -x "$BIN/kubectl" ] && [ -e "$IMAGES/busybox.tar" ]; }
print_bin() { printf '%s\n' "$BIN"; }

# Whether all of it has been built, so that neither Go nor its disk is needed.
kube_built() { in_cache parts_exist; }

# kube_bin: the folder of kube-apiserver, etcd, kubectl and helm.
kube_bin() { in_cache print_bin; }

kube_describe() {
	case $1 in
	cluster) echo "a cluster of our own on this machine (instance $MILLRACE_INSTANCE)" ;;
	kind) echo "kind, in Docker" ;;
	current) echo "the current context, $(kubectl config current-context)" ;;
	esac
}

# start_kube_build WAY: builds what has to be built from Go, beside other work and
# after it in priority: all of Kubernetes, or just the tools.
start_kube_build() {
	local what=()
	[ "$1" = cluster ] || what=(--tools)
	KUBE_BUILD_BEGIN=$EPOCHREALTIME
	# A compiler that seldom collects garbage needs less of the processors, which others need, too.
	GOGC=400 nice -n 10 "$ROOT/e2e/cluster/build" "${what[@]}" >"$LOGS/kube-build.log" 2>&1 &
	KUBE_BUILD=$!
}

# await_kube_build: returns when it has ended, with its status.
await_kube_build() {
	local shown=$SECONDS
	[ -n "${KUBE_BUILD-}" ] || return 0
	while kill -0 "$KUBE_BUILD" 2>/dev/null; do
		sleep 0.5
		if [ $((SECONDS - shown)) -ge 15 ]; then
			say "building Kubernetes: $(tail -n 1 "$LOGS/kube-build.log")"
			shown=$SECONDS
		fi
	done
	wait "$KUBE_BUILD" || {
		tail -n 20 "$LOGS/kube-build.log" >&2
		say "building Kubernetes: FAILED"
		return 1
	}
	KUBE_BUILD=
	say "Kubernetes is built ($(elapsed "$KUBE_BUILD_BEGIN") s, beside the rest)"
}

# kube_make WAY: a cluster of three nodes.
kube_make() {
	case $1 in
	cluster) "$ROOT/e2e/cluster/up" --nodes 3 ;;
	kind)
		kind get clusters 2>/dev/null | grep -qx "$KIND_CLUSTER" ||
			kind create cluster --name "$KIND_CLUSTER" --config "$ROOT/.config/dev/kind.yaml" --wait 180s
		;;
	current) : ;;
	esac
}

# kube_use WAY: sets KUBECONFIG, and PATH so that kubectl and helm are found.
kube_use() {
	case $1 in
	cluster) eval "$("$ROOT/e2e/cluster/tools")" ;;
	kind)
		export KUBECONFIG=$WORK/kind.kubeconfig
		kind get kubeconfig --name "$KIND_CLUSTER" >"$KUBECONFIG"
		command -v helm >/dev/null || PATH=$(kube_bin):$PATH
		;;
	current) : ;;
	esac
}

# kube_load WAY TAR...: makes images known to every node under their own names.
kube_load() {
	local way=$1 tar context
	shift
	case $way in
	cluster) "$ROOT/e2e/cluster/load-image" "$@" ;;
	kind) for tar in "$@"; do kind load image-archive "$tar" --name "$KIND_CLUSTER"; done ;;
	current)
		context=$(kubectl config current-context)
		for tar in "$@"; do
			case $context in
			kind-*) kind load image-archive "$tar" --name "${context#kind-}" ;;
			k3d-*) k3d image import "$tar" --cluster "${context#k3d-}" ;;
			minikube) minikube image load "$tar" ;;
			*) die "I do not know how to bring images to the cluster $context; push them to a registry and install the chart with image.registry" ;;
			esac
		done
		;;
	esac
}

# kube_delete WAY: removes the cluster; one that was there before stays.
kube_delete() {
	case $1 in
	cluster) "$ROOT/e2e/cluster/down" ;;
	kind) kind delete cluster --name "$KIND_CLUSTER" ;;
	current) : ;;
	esac
}
