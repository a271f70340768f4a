# shellcheck shell=bash
# ./dev broker: the broker alone, standalone, in the foreground.

broker_prerequisites() {
	need_jdk
	need_maven
	need_memory 700
}

dev_broker() {
	broker_prerequisites
	settle_missing broker_prerequisites
	find_broker || exit 1
	run_broker "$BROKER_HOME" "$@"
}

# find_broker: sets BROKER_HOME to the folder of this checkout's broker; makes it if it is not there.
find_broker() {
	BROKER_HOME=$WORK/broker-$(key_of pom.xml broker-image/pom.xml broker-image/src)
	[ -e "$BROKER_HOME/done" ] || lay_out_broker "$BROKER_HOME"
}

# The jar and its libraries in a folder of their own, so that a later build does
# not pull the files from under a running broker. Without what a JVM writes down of
# its start the broker starts all the same, in twice the time.
lay_out_broker() { # FOLDER
	local target=$ROOT/broker-image/target
	rm -rf "${target:?}/lib"
	step broker-build "building the broker" maven -pl broker-image -am package "${UNJUDGED[@]}" || return 1
	find "$WORK" -maxdepth 1 -name 'broker-*' -mtime +7 -exec rm -rf {} +
	step broker-train "recording what the JVM loads at start" \
		"$ROOT/broker-image/src/main/aot/train" "$JAVA_HOME" "$target"/millrace-broker-*.jar "$target/lib" "$1" || true
	: >"$1/done"
}

broker_jar() { printf '%s\n' "$1"/classpath/*.jar; }

run_broker() { # FOLDER OPTION...
	local home=$1 extra=()
	shift
	read -r -a extra <<<"${MILLRACE_JVM_OPTS-}"
	exec "$JAVA_HOME/bin/java" -Xmx1g -XX:+UseG1GC -XX:-UsePerfData --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
		"-XX:AOTCache=$home/broker.aot" '-Xlog:aot*=off,cds*=off' "${extra[@]}" -jar "$(broker_jar "$home")" standalone "$@"
}
