# shellcheck shell=bash
# What the commands of ./dev share: words to the user, steps with elapsed times,
# prerequisites, keys of sources. Read by "source"; needs $ROOT.
# shellcheck disable=SC2034

CACHE=${MILLRACE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/millrace}
WORK=$ROOT/target/dev
LOGS=$WORK/logs
BEGIN=$EPOCHREALTIME
mkdir -p "$LOGS" "$CACHE"

# elapsed SINCE: seconds with one decimal.
elapsed() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'; }
say() { printf '%7ss  %s\n' "$(elapsed "$BEGIN")" "$*" >&2; }
die() {
	printf '%s\n' "$*" >&2
	exit 1
}

RUNNING=

# step NAME TEXT COMMAND...: runs a command with its output in a log; says when it
# begins, every 15 seconds what it is at, and how long it took. Its status is the
# command's; the end of the log is shown when it fails.
step() {
	local name=$1 text=$2 since=$EPOCHREALTIME log=$LOGS/$1.log status=0 ticker
	shift 2
	say "$text ..."
	(
		while sleep 15 >/dev/null 2>&1; do
			say "$text: $(grep -v '^WARNING: ' "$log" 2>/dev/null | tail -n 1 | tr -d '\r\033' | cut -c1-100)"
		done
	) &
	ticker=$!
	# In the background, so that a signal to this shell is not kept waiting for the end.
	"$@" >"$log" 2>&1 </dev/null &
	RUNNING=$!
	wait "$RUNNING" || status=$?
	RUNNING=
	kill "$ticker" 2>/dev/null || true
	wait "$ticker" 2>/dev/null || true
	if [ "$status" = 0 ]; then
		say "$text: done in $(elapsed "$since") s"
	else
		tail -n 40 "$log" >&2
		say "$text: FAILED after $(elapsed "$since") s (all of it: ${log#"$ROOT"/})"
	fi
	return "$status"
}

# --- what the machine must have ------------------------------------------------

MISSING=()
PACKAGES=()

# missing WHAT REMEDY [DEBIAN-PACKAGE]: notes what is missing and how to mend it.
missing() {
	MISSING+=("$1"$'\n'"      $2")
	[ -z "${3-}" ] || PACKAGES+=("$3")
}

can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# settle_missing CHECK: installs what it can and checks again, or ends with the list.
settle_missing() {
	[ "${#MISSING[@]}" != 0 ] || return 0
	if [ "${#PACKAGES[@]}" != 0 ] && can_install; then
		step install "installing ${PACKAGES[*]}" install_packages "${PACKAGES[@]}" || true
		MISSING=() PACKAGES=()
		"$1"
	fi
	[ "${#MISSING[@]}" != 0 ] || return 0
	printf 'This machine lacks:\n' >&2
	printf '  - %s\n' "${MISSING[@]}" >&2
	exit 1
}

install_packages() {
	apt-get update -qq || echo "apt-get update had errors; going on with the lists there are"
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@"
}

is_jdk25() { [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25[."]' "$1/release" 2>/dev/null; }

# find_jdk: sets JAVA_HOME to a JDK 25, wherever the usual tools put one.
find_jdk() {
	local home onpath
	onpath=$(command -v javac 2>/dev/null) && onpath=$(dirname "$(dirname "$(readlink -f "$onpath")")")
	for home in "${JAVA_HOME-}" "$onpath" /usr/lib/jvm/*25* "$HOME"/.sdkman/candidates/java/25* \
		"$HOME"/.jdks/*25* /opt/*jdk*25* /Library/Java/JavaVirtualMachines/*25*/Contents/Home; do
		[ -n "$home" ] || continue
		if is_jdk25 "$home"; then
			export JAVA_HOME=$home JDK_HOME=$home
			return 0
		fi
	done
	return 1
}

need_jdk() { find_jdk || missing "a JDK 25" "apt-get install temurin-25-jdk   (Adoptium's package source), or: sdk install java 25-tem" ""; }

need_maven() { command -v mvn >/dev/null || missing "Maven 3.8.7 or newer" "apt-get install maven" maven; }

# at_least HAVE WANT: compares versions.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

need_go() {
	local have
	have=$(go env GOVERSION 2>/dev/null) || have=go0
	at_least "${have#go}" 1.24 || missing "Go 1.24 or newer (to build Kubernetes)" "https://go.dev/dl, then put it on the PATH (Debian 13: apt-get install golang)"
}

need_disk() { # GIGABYTES
	local free
	free=$(df --output=avail -BG "$CACHE" | tail -n 1 | tr -dc 0-9)
	[ "$free" -ge "$1" ] || missing "$1 GB of free disk for $CACHE (there are $free)" "free some, or set MILLRACE_CACHE to another disk"
}

need_memory() { # MEGABYTES
	local free
	free=$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)
	[ "$free" -ge "$1" ] || missing "$1 MB of free memory (there are $free)" "end other programs"
}

# --- building --------------------------------------------------------------------

# key_of PATH...: a key that changes with the sources below the paths.
key_of() {
	(cd "$ROOT" && find "$@" -type f -not -path '*/target/*' -not -path '*/node_modules/*' -print0 2>/dev/null |
		sort -z | xargs -0 sha256sum) | sha256sum | cut -c1-12
}

# One Maven at a time writes into the target folders.
maven() {
	(
		exec 7>"$WORK/maven.lock"
		flock 7
		cd "$ROOT" || exit
		exec mvn -B -ntp "$@" 7>&-
	)
}

# For builds whose product is run, not judged: the gates run in ./dev test.
UNJUDGED=(-DskipTests -Dspotless.check.skip=true -Dcheckstyle.skip=true)
