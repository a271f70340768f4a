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
# not pull the files from under a running broker.
lay_out_broker() { # FOLDER
	rm -rf "$ROOT/broker-image/target/lib"
	step broker-build "building the broker" maven -pl broker-image -am package "${UNJUDGED[@]}" || return 1
	find "$WORK" -maxdepth 1 -name 'broker-*' -mtime +7 -exec rm -rf {} +
	rm -rf "$1" && mkdir -p "$1"
	cp "$ROOT"/broker-image/target/lib/*.jar "$ROOT"/broker-image/target/millrace-broker-*.jar "$1/"
	step broker-train "recording what the JVM loads at start" train_broker "$1" || true
	: >"$1/done"
}

# The class path in a fixed order: the AOT cache is valid for one order only.
class_path() { printf '%s\n' "$1"/*.jar | LC_ALL=C sort | paste -sd:; }

JVM=(-Xmx1g -XX:+UseG1GC -XX:-UsePerfData --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)

# JDK 25 keeps loaded and linked classes of a recorded run (JEP 483, 514): a start
# takes about half the time. Without the file the broker starts all the same.
train_broker() { # FOLDER
	local out=$1/training.out pid port
	port=$((20000 + RANDOM % 10000))
	: >"$out"
	"$JAVA_HOME/bin/java" "${JVM[@]}" "-XX:AOTCacheOutput=$1/broker.aot" -cp "$(class_path "$1")" \
		io.millrace.broker.launcher.Main standalone "--kafka-port=$port" "--amqp-port=$((port + 1))" "--http-port=$((port + 2))" >"$out" &
	pid=$!
	for _ in $(seq 1 300); do
		! grep -q ^ready "$out" || break
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	kill -TERM "$pid"
	wait "$pid" || true
}

run_broker() { # FOLDER OPTION...
	local home=$1 options=("${JVM[@]}") extra=()
	shift
	[ ! -e "$home/broker.aot" ] || options+=("-XX:AOTCache=$home/broker.aot" -Xlog:disable -Xlog:all=error:stderr)
	read -r -a extra <<<"${MILLRACE_JVM_OPTS-}"
	exec "$JAVA_HOME/bin/java" "${options[@]}" "${extra[@]}" -cp "$(class_path "$home")" \
		io.millrace.broker.launcher.Main standalone "$@"
}
