# shellcheck shell=bash
# The operator, as a user installs it.

SYSTEM=millrace-system

# install_chart: needs KUBECONFIG and IMAGE_TAG.
install_chart() {
	helm upgrade --install millrace "$ROOT/helm-chart" --namespace "$SYSTEM" --create-namespace \
		--set image.registry=localhost/millrace --set "image.tag=$IMAGE_TAG" --wait --timeout 180s
}
