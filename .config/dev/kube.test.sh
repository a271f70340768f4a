#!/bin/bash
# The three ways to a Kubernetes differ in make, load and delete. This runs those
# with stand-ins for the tools, which write down how they were called, and compares
# that with what is recorded here. Prints a line per case: ok or FAIL.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
TEMP=$(mktemp -d)
trap 'rm -rf "$TEMP"' EXIT
export RECORD=$TEMP/record MILLRACE_CACHE=$TEMP/cache

mkdir -p "$TEMP/bin" "$TEMP/checkout/e2e/cluster" "$TEMP/checkout/.config/dev"
cp "$ROOT"/.config/dev/{lib,kube}.sh "$ROOT/.config/dev/kind.yaml" "$TEMP/checkout/.config/dev/"
cp "$ROOT/e2e/cluster/lib.sh" "$TEMP/checkout/e2e/cluster/"
mkdir "$TEMP/checkout/e2e/cluster/src"
for tool in bin/kind bin/docker bin/kubectl bin/k3d bin/minikube checkout/e2e/cluster/up checkout/e2e/cluster/down checkout/e2e/cluster/load-image; do
	cat >"$TEMP/$tool" <<-'END'
		#!/bin/bash
		echo "${0##*/} $*" | sed "s|$ROOT|ROOT|g" >>"$RECORD"
		case "${0##*/} $*" in
		"kind get clusters") echo "${KIND_HAS-}" ;;
		"kubectl config current-context") echo "${CONTEXT-}" ;;
		"docker info") exit "${DOCKER_STATUS-0}" ;;
		esac
	END
	chmod +x "$TEMP/$tool"
done
export PATH=$TEMP/bin:$PATH ROOT=$TEMP/checkout
# shellcheck source=/dev/null
source "$ROOT/.config/dev/lib.sh"
# shellcheck source=/dev/null
source "$ROOT/.config/dev/kube.sh"

STATUS=0
# records NAME EXPECTED COMMAND...: the command must call the tools as recorded.
records() {
	local name=$1 expected=$2
	shift 2
	: >"$RECORD"
	("$@") >/dev/null 2>&1 || true
	check "$name" "$expected" "$(cat "$RECORD")"
}
check() {
	if [ "$2" = "$3" ]; then
		echo "ok   $1"
	else
		printf 'FAIL %s\n--- expected\n%s\n--- got\n%s\n' "$1" "$2" "$3"
		STATUS=1
	fi
}

check "kind is chosen where Docker answers" kind "$(kube_choose)"
check "without Docker a cluster of our own is chosen" cluster "$(DOCKER_STATUS=1 kube_choose)"
check "the current cluster is used when asked for" current "$(kube_choose --use-current)"

records "cluster: make" "up --nodes 3" kube_make cluster
records "cluster: load" "load-image a.tar b.tar" kube_load cluster a.tar b.tar
records "cluster: delete" "down " kube_delete cluster

records "kind: make" "kind get clusters
kind create cluster --name millrace --config ROOT/.config/dev/kind.yaml --wait 180s" kube_make kind
KIND_HAS=millrace records "kind: an existing cluster is kept" "kind get clusters" kube_make kind
records "kind: load" "kind load image-archive a.tar --name millrace
kind load image-archive b.tar --name millrace" kube_load kind a.tar b.tar
records "kind: delete" "kind delete cluster --name millrace" kube_delete kind

records "current: make" "" kube_make current
export CONTEXT
CONTEXT=kind-mine records "current: load into kind" "kubectl config current-context
kind load image-archive a.tar --name mine" kube_load current a.tar
CONTEXT=k3d-mine records "current: load into k3d" "kubectl config current-context
k3d image import a.tar --cluster mine" kube_load current a.tar
CONTEXT=minikube records "current: load into minikube" "kubectl config current-context
minikube image load a.tar" kube_load current a.tar
records "current: never deleted" "" kube_delete current
exit "$STATUS"
