# shellcheck shell=bash
# The operator, as a user installs it.

SYSTEM=millrace-system

# install_chart [VERSION...]: with the versions of the broker there are images of, and
# others that are only said to be there. Takes UPGRADE_SOAK, and JAVA_OPTIONS of operator and
# brokers. Needs KUBECONFIG, IMAGE_TAG and IMAGE_VERSIONS.
install_chart() {
	local version versions=() options=()
	for version in "${IMAGE_VERSIONS[@]}" "$@"; do versions+=("{\"version\": \"$version\", \"image\": \"\"}"); done
	[ -z "${UPGRADE_SOAK-}" ] || options+=(--set "upgrades.soak=$UPGRADE_SOAK")
	[ -z "${JAVA_OPTIONS-}" ] || options+=(--set "brokers.javaOptions=$JAVA_OPTIONS" --set "javaOptions=$(sed -n 's/^javaOptions: "\(.*\)"/\1/p' "$ROOT/helm-chart/values.yaml") $JAVA_OPTIONS")
	helm upgrade --install millrace "$ROOT/helm-chart" --namespace "$SYSTEM" --create-namespace \
		--set image.registry=localhost/millrace --set "image.tag=$IMAGE_TAG" \
		--set-json "versions=[$(IFS=,; echo "${versions[*]}")]" "${options[@]}" --wait --timeout 180s
}
