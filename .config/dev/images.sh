# shellcheck shell=bash
# The images, made by jib from our own base image, without Docker: the operator, and the
# broker with the current Kafka; where it is asked for, also with the one before.
# shellcheck disable=SC2034

# pom_value NAME: a property of the parent.
pom_value() { sed -n "s|^ *<$1>\(.*\)</$1>.*|\1|p" "$ROOT/pom.xml"; }

# images_exist [former]: sets IMAGE_TAG, IMAGE_TARS and IMAGE_VERSIONS; whether they are
# there. The tag is the key of the sources, so that pods are replaced when, and only when,
# what they run has changed.
images_exist() {
	local key
	key=$(key_of pom.xml crds broker-image operator e2e/cluster/base-image e2e/cluster/base)
	IMAGE_FOLDER=$WORK/images-$key
	IMAGE_TAG=dev-$key
	IMAGE_TARS=("$IMAGE_FOLDER/broker.tar" "$IMAGE_FOLDER/operator.tar")
	IMAGE_VERSIONS=("$(pom_value kafka.version)")
	if [ "${1-}" = former ]; then
		IMAGE_TARS+=("$IMAGE_FOLDER/broker-former.tar")
		IMAGE_VERSIONS+=("$(pom_value former.kafka.version)")
		[ -e "$IMAGE_FOLDER/former-done" ] || return 1
	fi
	[ -e "$IMAGE_FOLDER/done" ]
}

# build_images [former]: makes them if they are not there.
build_images() {
	local folder
	! images_exist "$@" || return 0
	folder=$IMAGE_FOLDER
	if [ ! -e "$folder/done" ]; then
		find "$WORK" -maxdepth 1 -name 'images-*' -mtime +3 -exec rm -rf {} +
		rm -rf "$folder" && mkdir -p "$folder"
		step base-image "making the base image" "$ROOT/e2e/cluster/base-image" "$CACHE/java-base.tar" || return 1
		step images "building the images" package_images || return 1
		cp "$ROOT/broker-image/target/jib-image.tar" "$folder/broker.tar"
		cp "$ROOT/operator/target/jib-image.tar" "$folder/operator.tar"
		: >"$folder/done"
	fi
	if [ "${1-}" = former ] && [ ! -e "$folder/former-done" ]; then
		step former-image "building the broker with Kafka $(pom_value former.kafka.version)" package_former || return 1
		cp "$ROOT/broker-image/target/former-kafka/jib-image.tar" "$folder/broker-former.tar"
		: >"$folder/former-done"
	fi
}

# What can be built before there is a base image.
package_modules() { maven package "${UNJUDGED[@]}" -pl crds,broker-image,operator; }

package_images() {
	local start=()
	if [ "$(uname -s)" = Linux ]; then
		unpack_java "$IMAGE_FOLDER/java"
		start=("-Dimage.java=$IMAGE_FOLDER/java/opt/java")
	fi
	maven package "${UNJUDGED[@]}" -pl crds,broker-image,operator "${start[@]}" \
		"-Dimage.base=tar://$CACHE/java-base.tar" "-Dimage.tag=$IMAGE_TAG" -Pimages
}

# unpack_java FOLDER: the JVM of the base image, which the broker is started with once for its AOT cache.
unpack_java() {
	local layer
	mkdir -p "$1"
	for layer in $(tar xOf "$CACHE/java-base.tar" manifest.json | grep -oE '[^"]+\.tar'); do
		tar xOf "$CACHE/java-base.tar" "$layer" | tar x -C "$1" opt/java
	done
}

package_former() {
	maven package "${UNJUDGED[@]}" -Dmaven.test.skip=true -pl broker-image \
		"-Dimage.base=tar://$CACHE/java-base.tar" "-Dimage.tag=$IMAGE_TAG" -Pimages,former-kafka
}
