# shellcheck shell=bash
# ./dev down: removes all that "up" made, but for caches. In a cluster that was there
# before (--use-current) it is the quickstart and the operator that go.

# shellcheck source=kube.sh
source "$ROOT/.config/dev/kube.sh"

dev_down() {
	local way=cluster
	export MILLRACE_INSTANCE=dev
	[ $# = 0 ] || die "./dev down knows no $*; nothing was removed"
	[ ! -e "$WORK/way" ] || way=$(<"$WORK/way")
	if [ "$way" = current ]; then
		step down "removing quickstart and operator" remove_from_current || exit 1
	else
		step down "removing the cluster" kube_delete "$way" || exit 1
	fi
	rm -f "$WORK/way"
}

# A cluster that was there before stays; what was put into it goes.
remove_from_current() {
	kubectl delete namespace quickstart --ignore-not-found --timeout=180s
	helm uninstall millrace --namespace millrace-system --ignore-not-found --wait
	kubectl delete namespace millrace-system --ignore-not-found --timeout=60s
	kubectl get crd -o name | sed -n '/\.millrace\.io$/p' | xargs -r kubectl delete
}
