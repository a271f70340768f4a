# shellcheck shell=bash
# ./dev up [--use-current]: from a checkout to a running system, and messages through it.
#
# Where there is a Docker with kind, kind is used; else a cluster of our own is built on
# this machine (root on Linux), once. --use-current takes the cluster KUBECONFIG names.

# shellcheck source=kube.sh
source "$ROOT/.config/dev/kube.sh"
# shellcheck source=images.sh
source "$ROOT/.config/dev/images.sh"
# shellcheck source=chart.sh
source "$ROOT/.config/dev/chart.sh"

QUICKSTART=quickstart

up_prerequisites() {
	need_jdk
	need_maven
	kube_prerequisites "$WAY"
	[ "$WAY" = cluster ] || kube_built || need_go
}

dev_up() {
	export MILLRACE_INSTANCE=dev
	case $* in
	"" | --use-current) ;;
	*) die "./dev up knows no $*; ./dev up --help lists what it knows" ;;
	esac
	WAY=$(kube_choose "$@")
	up_prerequisites
	settle_missing up_prerequisites
	say "Kubernetes: $(kube_describe "$WAY")"
	echo "$WAY" >"$WORK/way"

	start_kube_build "$WAY"
	if ! images_exist; then
		step package "building the modules" package_modules || give_up
	fi
	await_kube_build || give_up
	build_images || give_up

	step kube "starting Kubernetes" kube_make "$WAY" || give_up
	kube_use "$WAY"
	step load "loading the images" kube_load "$WAY" "${IMAGE_TARS[@]}" || give_up
	step chart "installing the operator" install_chart || give_up
	step quickstart "applying examples/quickstart" apply_quickstart || give_up
	await_ready 300 || give_up
	step hello "sending messages through both protocols" "$ROOT/.config/dev/hello" "$QUICKSTART" || give_up
	how_to_connect
}

give_up() {
	say "./dev up has stopped; it goes on here when it is run again"
	exit 1
}

apply_quickstart() {
	kubectl create namespace "$QUICKSTART" --dry-run=client -o yaml | kubectl apply -f -
	kubectl apply --server-side --force-conflicts --namespace "$QUICKSTART" -f "$ROOT/examples/quickstart"
}

# await_ready SECONDS: shows each object as it becomes ready.
await_ready() {
	local end=$((SECONDS + $1)) all ready shown=-1 waiting since=$EPOCHREALTIME
	say "waiting for the quickstart to be Ready ..."
	while [ "$SECONDS" -lt "$end" ]; do
		all=$(objects | wc -l)
		waiting=$(objects | awk '$2 != "True" { print $1 }')
		ready=$((all - $(grep -c . <<<"$waiting" || true)))
		if [ "$ready" != "$shown" ]; then
			say "$ready of $all objects are Ready$(pods)"
			shown=$ready
		fi
		if [ "$all" != 0 ] && [ "$ready" = "$all" ]; then
			say "quickstart: Ready after $(elapsed "$since") s"
			return 0
		fi
		sleep 0.5
	done
	say "not Ready in time: $(tr '\n' ' ' <<<"$waiting")"
	kubectl get millrace,pods --namespace "$QUICKSTART" >&2 || true
	return 1
}

# One line per object: kind/name and the status of its condition Ready.
objects() {
	kubectl get millrace --namespace "$QUICKSTART" -o \
		jsonpath='{range .items[*]}{.kind}/{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}' 2>/dev/null
}

pods() {
	kubectl get pods --namespace "$QUICKSTART" --no-headers 2>/dev/null |
		awk '{ split($2, r, "/"); if (r[1] == r[2]) up++ } END { if (NR) printf "; %d of %d pods", up, NR }'
}

how_to_connect() {
	printf '\n'
	kubectl get millrace --namespace "$QUICKSTART"
	printf '\nTo use kubectl here:\n\n'
	case $WAY in
	cluster) "$ROOT/e2e/cluster/tools" | sed 's/^/    /' ;;
	kind) printf '    export KUBECONFIG=%q\n' "$KUBECONFIG" ;;
	current) printf '    kubectl config current-context   # %s\n' "$(kubectl config current-context)" ;;
	esac
	"$ROOT/.config/dev/hello" "$QUICKSTART" --how-to-connect
}
