# shellcheck shell=bash
# ./dev bench WHAT [OPTION...]: what this project claims to be good at, measured beside
# what people use today. docs/benchmarks.md tells how.
#
#   amqp      the queue layer beside RabbitMQ's quorum and classic queues
#   kafka     our Kafka beside stock Kafka
#   limits    one broker with much of everything: time and memory
#   plan      the planner of placements
#   roll      rolling restarts of simulated clusters
#   operator  thousands of objects: time until they are Ready, and what they cost at rest
#
# amqp, kafka and limits have options: ./dev bench WHAT --help

# shellcheck source=broker.sh
source "$ROOT/.config/dev/broker.sh"

BENCH=$ROOT/.config/dev/bench
BENCH_CACHE=$CACHE/bench

dev_bench() {
	case ${1-} in
	amqp | kafka | limits) bench_brokers "$@" ;;
	plan) bench_plan ;;
	roll) bench_roll ;;
	operator) bench_operator "${@:2}" ;;
	*) bench_refuse "./dev bench needs to know what to measure: amqp, kafka, limits, plan, roll or operator." ;;
	esac
}

bench_refuse() {
	printf '%s\n' "$1" >&2
	exit 2
}

bench_prerequisites() {
	need_jdk
	need_maven
	mkdir -p "$BENCH_CACHE"
	[ "$(uname -s)" = Linux ] || missing "Linux" "run it on Linux"
	command -v python3 >/dev/null || missing "Python 3" "apt-get install python3" python3
	need_memory 5000
	need_disk 25
	[ "$BENCH_WHAT" != amqp ] || rabbitmq_prerequisites
}

# RabbitMQ lives in a private Debian root, in namespaces of its own.
rabbitmq_prerequisites() {
	[ "$(id -u)" = 0 ] || missing "root, to run RabbitMQ in a root of its own" "sudo ./dev bench amqp"
	[ -e "$BENCH_CACHE/rabbitmq-trixie/done" ] || command -v mmdebstrap >/dev/null ||
		missing "mmdebstrap (to install RabbitMQ beside, not on, this machine)" "apt-get install mmdebstrap" mmdebstrap
}

bench_pure_prerequisites() {
	need_jdk
	need_maven
}

# The rebalance planner alone: no broker, no cluster, the heap of an operator.
bench_plan() {
	local jars=$WORK/bench-plan
	bench_pure_prerequisites
	settle_missing bench_pure_prerequisites
	step bench-plan "building the planner" maven -q -pl crds,operator test-compile dependency:copy-dependencies \
		-DincludeArtifactIds=kafka-clients,slf4j-api "-DoutputDirectory=$jars" "${UNJUDGED[@]}" || exit 1
	exec "$JAVA_HOME/bin/java" -Xmx256m -XX:+UseSerialGC \
		-cp "$ROOT/operator/target/classes:$ROOT/operator/target/test-classes:$jars/*" \
		io.millrace.operator.rebalance.PlanBench
}

# Rolling restarts of simulated clusters: no broker, no cluster.
bench_roll() {
	bench_pure_prerequisites
	settle_missing bench_pure_prerequisites
	step bench-roll "building the planner" maven -q -pl crds,operator test-compile "${UNJUDGED[@]}" || exit 1
	exec "$JAVA_HOME/bin/java" -Xmx256m -XX:+UseSerialGC \
		-cp "$ROOT/operator/target/classes:$ROOT/operator/target/test-classes:$ROOT/crds/target/classes" \
		io.millrace.operator.plan.roll.RollBench
}

bench_operator_prerequisites() {
	bench_pure_prerequisites
	kube_prerequisites cluster
}

# The operator's reconcilers with 256 MB of heap, a real API server and a real broker beside.
# Arguments: topics, queues or groups, and three numbers: objects applied at once, objects at
# rest, seconds of rest; of groups: groups, partitions of each, seconds.
bench_operator() {
	local what=${1:-all} sizes=(1000 10000 60)
	# shellcheck source=kube.sh
	source "$ROOT/.config/dev/kube.sh"
	case $what in
	all) ;;
	topics | queues) ;;
	groups) sizes=(1000 10 120) ;;
	*) bench_refuse "./dev bench operator measures topics, queues or groups; without a word all three." ;;
	esac
	bench_operator_prerequisites
	settle_missing bench_operator_prerequisites
	start_kube_build cluster
	step bench-operator "building the operator" maven -q -pl crds,operator test-compile dependency:build-classpath \
		-Dquarkus.build.skip=true -Dmdep.outputFile=target/bench.classpath "${UNJUDGED[@]}" || exit 1
	await_kube_build || exit 1
	find_broker || exit 1
	if [ "$what" = all ]; then
		run_operator_bench topics 1000 10000 60
		run_operator_bench queues 1000 10000 60
		run_operator_bench groups 1000 10 120
	else
		[ $# = 1 ] || sizes=("${@:2}")
		run_operator_bench "$what" "${sizes[@]}"
	fi
}

run_operator_bench() (
	cd "$ROOT/operator" || exit
	MILLRACE_KUBE_BIN=$(kube_bin) "$JAVA_HOME/bin/java" -Xmx256m -XX:+UseSerialGC "-Dbench.broker=$(broker_jar "$BROKER_HOME")" \
		-cp "target/classes:target/test-classes:$(<target/bench.classpath)" io.millrace.operator.bench.OperatorBench "$@"
)

bench_brokers() {
	local home
	BENCH_WHAT=$1
	[[ " $* " != *" --help "* && " $* " != *" -h "* ]] || exec python3 -B "$BENCH/run.py" "$@"
	bench_prerequisites
	settle_missing bench_prerequisites
	export BENCH_CACHE BENCH_ROOT=$ROOT BENCH_LOGS=$LOGS/bench BENCH_RABBITMQ=$BENCH_CACHE/rabbitmq-trixie/root
	mkdir -p "$BENCH_LOGS"
	BENCH_PERFTEST=$(bench_jars perftest) || exit 1
	BENCH_KAFKA=$(bench_jars kafka) || exit 1
	export BENCH_PERFTEST BENCH_KAFKA
	if [ "$BENCH_WHAT" = amqp ] && [ ! -e "$BENCH_CACHE/rabbitmq-trixie/done" ]; then
		step bench-rabbitmq "installing RabbitMQ in a root of its own" \
			"$BENCH/rabbitmq-root" "$BENCH_CACHE/rabbitmq-trixie" || exit 1
	fi
	home=$WORK/broker-$(key_of pom.xml broker-image/pom.xml broker-image/src)
	[ -e "$home/done" ] || lay_out_broker "$home"
	exec python3 -B "$BENCH/run.py" "$@"
}

# bench_jars NAME: prints the folder with the jars of bench/NAME/pom.xml.
bench_jars() {
	local folder
	folder=$BENCH_CACHE/$1-$(key_of pom.xml ".config/dev/bench/$1/pom.xml")
	[ -e "$folder/done" ] || {
		step "bench-$1" "resolving the jars of $1" maven -q -f ".config/dev/bench/$1/pom.xml" \
			dependency:copy-dependencies -DincludeScope=runtime "-DoutputDirectory=$folder" || return 1
		: >"$folder/done"
	}
	printf '%s\n' "$folder"
}
