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
BESIDE=

# beside COMMAND...: begins it and goes on; await_beside waits for it, with its status.
beside() {
	"$@" &
	BESIDE=$!
}
await_beside() {
	local status=0
	wait "$BESIDE" || status=$?
	BESIDE=
	return "$status"
}

# step NAME TEXT COMMAND...: runs a command with its output in a log; says when it
# begins, every 15 seconds what it is at, and how long it took. Its status is the
# command's; the end of the log is shown when it fails. With STEP_MINUTES set it is
# ended when it takes longer, or when ALL_MINUTES have passed since the begin of all.
step() {
	local name=$1 text=$2 since=$EPOCHREALTIME log=$LOGS/$1.log status=0 ticker
	shift 2
	say "$text ..."
	# In the background, so that a signal to this shell is not kept waiting for the end.
	"$@" >"$log" 2>&1 </dev/null &
	RUNNING=$!
	watch_step "$RUNNING" "$text" "$log" "$(seconds_left)" &
	ticker=$!
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

# What a step may take from now on, in seconds; nothing when it may take forever.
seconds_left() {
	[ -n "${STEP_MINUTES-}" ] || return 0
	awk -v step="$STEP_MINUTES" -v all="${ALL_MINUTES:-100000}" -v a="$BEGIN" -v b="$EPOCHREALTIME" 'BEGIN {
		left = all * 60 - (b - a); print int(left < step * 60 ? left : step * 60) }'
}

watch_step() { # PID TEXT LOG SECONDS
	local end=${4:+$((SECONDS + $4))}
	# It ends with the command, also where a signal has ended the shell that would have ended both.
	while sleep 15 >/dev/null 2>&1 && kill -0 "$1" 2>/dev/null; do
		say "$2: $(grep -av '^WARNING: ' "$3" 2>/dev/null | tail -n 1 | tr -d '\r\033' | cut -c1-100)"
		if [ -z "$end" ] || [ "$SECONDS" -lt "$end" ]; then continue; fi
		trap '' TERM
		say "$2: does not end; the threads' stacks are in ${3#"$ROOT"/}.threads"
		end_stuck "$1" >"$3.threads" 2>&1
		return
	done
}

# Ends the step that is at work and what is done beside it, with all they started; their end is not waited for.
end_running() {
	local one all=()
	for one in $RUNNING $BESIDE; do
		mapfile -t all < <(descendants "$one")
		kill -TERM "${all[@]}" 2>/dev/null || true
	done
}

# Ends a program and all it started, after asking every JVM among them what it is at.
end_stuck() { # PID
	local all=() one
	mapfile -t all < <(descendants "$1")
	for one in "${all[@]}"; do
		[ "$(ps -o comm= -p "$one")" != java ] || "${JAVA_HOME:-/usr}/bin/jcmd" "$one" Thread.print || true
	done
	kill -TERM "${all[@]}" 2>/dev/null || true
	for _ in $(seq 1 20); do
		kill -0 "${all[@]}" 2>/dev/null || return 0
		sleep 1
	done
	kill -KILL "${all[@]}" 2>/dev/null || true
}

# descendants PID: it and every process below it.
descendants() {
	ps -eo pid=,ppid= | awk -v root="$1" '
		{ parent[$1] = $2 }
		END { for (one in parent) for (at = one; at; at = parent[at]) if (at == root) { print one; break } }'
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

# One Maven at a time writes into the target folders; with MAVEN_LOCK=--shared several that keep to modules of their own.
maven() {
	(
		exec 7>"$WORK/maven.lock"
		flock "${MAVEN_LOCK:---exclusive}" 7
		cd "$ROOT" || exit
		exec mvn -B -ntp "$@" 7>&-
	)
}

# For builds whose product is run, not judged: the gates run in ./dev test.
UNJUDGED=(-DskipTests -Dspotless.check.skip=true -Dcheckstyle.skip=true)
