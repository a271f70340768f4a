# shellcheck shell=bash
# The two images, made by jib from our own base image, without Docker.
# shellcheck disable=SC2034

# images_exist: sets IMAGE_TAG and IMAGE_TARS; whether they are there. The tag is the
# key of the sources, so that pods are replaced when, and only when, what they run has
# changed.
images_exist() {
	local key
	key=$(key_of pom.xml crds broker-image operator e2e/cluster/base-image e2e/cluster/base)
	IMAGE_FOLDER=$WORK/images-$key
	IMAGE_TAG=dev-$key
	IMAGE_TARS=("$IMAGE_FOLDER/broker.tar" "$IMAGE_FOLDER/operator.tar")
	[ -e "$IMAGE_FOLDER/done" ]
}

# build_images: makes them if they are not there.
build_images() {
	local folder
	! images_exist || return 0
	folder=$IMAGE_FOLDER
	find "$WORK" -maxdepth 1 -name 'images-*' -mtime +3 -exec rm -rf {} +
	rm -rf "$folder" && mkdir -p "$folder"
	step base-image "making the base image" "$ROOT/e2e/cluster/base-image" "$CACHE/java-base.tar" || return 1
	step images "building the images" package_images || return 1
	cp "$ROOT/broker-image/target/jib-image.tar" "$folder/broker.tar"
	cp "$ROOT/operator/target/jib-image.tar" "$folder/operator.tar"
	: >"$folder/done"
}

# What can be built before there is a base image.
package_modules() { maven package "${UNJUDGED[@]}" -pl crds,broker-image,operator; }

package_images() {
	maven package "${UNJUDGED[@]}" -pl crds,broker-image,operator \
		"-Dimage.base=tar://$CACHE/java-base.tar" "-Dimage.tag=$IMAGE_TAG" -Pimages
}
