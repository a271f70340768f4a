# shellcheck shell=bash
# ./dev test [PART...]: everything that can be tested, in the order of what it costs.
# Needs no "up" before it and disturbs none: its cluster is an instance of its own.
#
#   scripts   the scripts of ./dev
#   build     the modules: unit tests, gates, a real Kafka, a real API server
#   cluster   end to end on a Kubernetes cluster of three nodes
#   clients   third-party clients in Python and JavaScript
#
# Without a part: these four. Only when asked for:
#
#   faults    what can happen to three pods, FAULT_ROUNDS times each (5)
#   fuzz      damaged AMQP sessions for FUZZ_SECONDS (600)

# shellcheck disable=SC2034

# shellcheck source=kube.sh
source "$ROOT/.config/dev/kube.sh"
# shellcheck source=images.sh
source "$ROOT/.config/dev/images.sh"
# shellcheck source=chart.sh
source "$ROOT/.config/dev/chart.sh"
# shellcheck source=broker.sh
source "$ROOT/.config/dev/broker.sh"

PARTS=(scripts build cluster clients)
# Only when asked for: faults, fuzz.
PASSED=0
FAILED=0
# What hangs is ended, so that the rest is tested and the reason is seen.
STEP_MINUTES=30
ALL_MINUTES=${MILLRACE_TEST_MINUTES-}

test_prerequisites() {
	local tool
	need_jdk
	need_maven
	command -v python3 >/dev/null || missing "Python 3 (for the Python clients and the reports)" "apt-get install python3 python3-venv" "python3 python3-venv"
	if wants clients; then
		command -v node >/dev/null || missing "Node.js (for the JavaScript clients)" "apt-get install nodejs npm" "nodejs npm"
	fi
	if wants build || wants cluster; then kube_prerequisites cluster; fi
	if wants cluster; then
		for tool in curl jq; do command -v "$tool" >/dev/null || missing "$tool (for the commands of the guides)" "apt-get install $tool" "$tool"; done
	fi
}

wants() { [[ " ${PARTS[*]} " == *" $1 "* ]]; }

dev_test() {
	local part
	for part in "$@"; do
		declare -F "test_$part" >/dev/null || die "there is no part $part of ./dev test; ./dev test --help lists them"
	done
	[ $# = 0 ] || PARTS=("$@")
	export MILLRACE_INSTANCE=test
	: >"$LOGS/failures.log"
	rm -f "$LOGS"/clients.*
	test_prerequisites
	settle_missing test_prerequisites
	if wants build || wants cluster; then start_kube_build cluster; fi
	trap 'end_test' EXIT
	trap 'exit 143' TERM
	trap 'exit 130' INT
	for part in "${PARTS[@]}"; do "test_$part"; done
	finish_test
}

# What was made for the test goes, however it ends.
end_test() {
	end_running
	[ -z "${KUBE_BUILD-}" ] || kill "$KUBE_BUILD" 2>/dev/null || true
	[ -z "${CLUSTER_MADE-}" ] || "$ROOT/e2e/cluster/down" >>"$LOGS/cluster-down.log" 2>&1 || true
}

finish_test() {
	end_test
	trap - EXIT
	cat "$LOGS/failures.log" >&2
	say "the logs are in ${LOGS#"$ROOT"/}"
	printf '%d passed, %d failed\n' "$PASSED" "$FAILED"
	[ "$FAILED" = 0 ] && [ "$PASSED" != 0 ]
}

# A part that fails without having said which test did is a failure all the same.
count() { # PASSED FAILED STATUS
	PASSED=$((PASSED + $1))
	FAILED=$((FAILED + $2))
	if [ "$3" != 0 ] && [ "$2" = 0 ]; then FAILED=$((FAILED + 1)); fi
}

# count_lines NAME STATUS: adds up lines that begin with "ok" and "FAIL" in a log.
count_lines() {
	count "$(grep -c '^ok ' "$LOGS/$1.log" || true)" "$(grep -c '^FAIL ' "$LOGS/$1.log" || true)" "$2"
}

# count_reports NAME STATUS: adds up the reports of Maven's tests made since the mark,
# and keeps what failed for the end.
count_reports() {
	local all failed skipped
	[ "$2" = 0 ] || python3 -B "$ROOT/.config/dev/failures.py" "$LOGS/$1.mark" "$ROOT" >>"$LOGS/failures.log"
	all=$(in_reports "$1" '<testcase ')
	failed=$(in_reports "$1" '<(failure|error)[ >]')
	skipped=$(in_reports "$1" '<skipped')
	count "$((all - failed - skipped))" "$failed" "$2"
}

# in_reports NAME PATTERN: how often the pattern is in the reports.
in_reports() {
	find "$ROOT" -path '*-reports/TEST-*.xml' -newer "$LOGS/$1.mark" -exec cat {} + | { grep -oE "$2" || true; } | wc -l
}

# A build that fails is a failure of the tests that need it.
built_or_failed() {
	await_kube_build || {
		KUBE_BUILD=
		count 0 1 1
		return 1
	}
}

test_scripts() {
	local status=0
	step scripts "checking the scripts" check_scripts || status=$?
	count_lines scripts "$status"
}
check_scripts() {
	local status=0
	"$ROOT/.config/dev/kube.test.sh" || status=1
	python3 -B "$ROOT/.config/dev/bench/figures_test.py" || status=1
	if command -v shellcheck >/dev/null; then
		if (cd "$ROOT" && git ls-files -z | xargs -0 grep -lZE '^(#!.*bash|# shellcheck shell=bash)' | xargs -0 shellcheck -x -e SC1091); then
			echo "ok   shellcheck"
		else
			echo "FAIL shellcheck"
			status=1
		fi
	fi
	return "$status"
}

# Unit, contract and API-server tests, and all gates. Most of them wait more than they work: the broker, which needs
# no Kubernetes, beside the other modules, which wait for Go's compiler first.
test_build() {
	: >"$LOGS/build.mark"
	local status=0 broker_status=0 MAVEN_LOCK=--shared
	beside step build-broker "testing the broker" maven -fae verify -pl broker-image -am
	if built_or_failed; then
		MILLRACE_KUBE_BIN=$(kube_bin) step build "testing the other modules" maven -fae verify -pl '!broker-image,!.' || status=$?
	fi
	await_beside || broker_status=$?
	count_reports build "$((status + broker_status))"
	! wants clients || begin_clients
}

# Third-party clients hardly work, they wait: beside whatever comes next, once; what came of them is kept for test_clients.
begin_clients() {
	[ -z "$BESIDE" ] && [ ! -e "$LOGS/clients.status" ] || return 0
	if find_broker; then
		beside run_clients
	else
		echo 1 >"$LOGS/clients.status"
	fi
}
run_clients() {
	local status=0 STEP_MINUTES=15
	step clients "checking third-party clients" "$ROOT/e2e/clients/run" || status=$?
	echo "$status" >"$LOGS/clients.status"
}

test_clients() {
	local passed failed
	begin_clients
	[ -z "$BESIDE" ] || await_beside
	read -r passed failed <<<"$(sed -nE 's/^clients: ([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$LOGS/clients.log" 2>/dev/null)"
	count "${passed:-0}" "${failed:-0}" "$(cat "$LOGS/clients.status")"
}

test_cluster() {
	[ -e "$ROOT/e2e/pom.xml" ] || return 0
	local status=0 STEP_MINUTES=40
	built_or_failed || return 0
	build_images former || {
		count 0 1 1
		return 0
	}
	claim_cluster
	CLUSTER_MADE=yes
	step cluster-up "starting three nodes" unclaimed "$ROOT/e2e/cluster/up" --nodes 3 || {
		count 0 1 1
		return 0
	}
	eval "$("$ROOT/e2e/cluster/tools")"
	step cluster-load "loading the images" kube_load cluster "${IMAGE_TARS[@]}" || {
		count 0 1 1
		return 0
	}
	# 4.3.0 has no image: a version that does not start. A version proves itself for a moment here.
	# Half of what operator and brokers compute when they start is C2's, for a speed that no test lives to see.
	UPGRADE_SOAK=15s JAVA_OPTIONS=-XX:TieredStopAtLevel=1 step chart "installing the operator" install_chart 4.3.0 || {
		count 0 1 1
		show_cluster
		return 0
	}
	: >"$LOGS/cluster.mark"
	step cluster "end-to-end tests" maven verify -pl e2e -Pe2e || status=$?
	[ "$status" = 0 ] || show_cluster
	count_reports cluster "$status"
}

# Everything that can happen to three pods, five times each with other seeds.
test_faults() { broker_its faults "$FAULT_TESTS" -Dfaults=all -Dfaults.rounds="${FAULT_ROUNDS:-5}"; }
FAULT_TESTS=FaultsIT,LogFaultsIT,CommitsIT,PartitionsIT,TransactionFaultsIT,PodsComeAndGoIT,DiskFaultsIT,ClockJumpsIT,\
RollingRestartIT,TopologyFaultsIT,ManyQueuesIT

# Damaged sessions against three running pods for ten minutes.
test_fuzz() { broker_its fuzz WireFuzzIT -Dfuzz.seconds="${FUZZ_SECONDS:-600}"; }

# broker_its NAME TESTS OPTION...: some of the broker's tests that the build runs shorter.
broker_its() {
	local name=$1 tests=$2 status=0 STEP_MINUTES=360
	shift 2
	: >"$LOGS/$name.mark"
	step "$name" "testing the broker: $tests" maven verify -pl broker-image -am -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
		-Dit.test="$tests" -Dfailsafe.failIfNoSpecifiedTests=false \
		-Djunit.jupiter.execution.timeout.testable.method.default=60m "$@" || status=$?
	count_reports "$name" "$status"
}

# There is one test cluster per machine: another checkout's tests wait for it. The
# claim ends with this process.
claim_cluster() {
	exec 6>/var/tmp/millrace-test.claim
	flock -n 6 && return 0
	say "another ./dev test uses the test cluster; waiting for it"
	flock 6
}

# The nodes must not keep the claim of a test that was ended by force.
unclaimed() { "$@" 6>&-; }

# What a person would look at first.
show_cluster() {
	{
		kubectl get pods,pvc,events --all-namespaces -o wide
		kubectl get millrace --all-namespaces -o wide
		kubectl get pods --all-namespaces -l app.kubernetes.io/part-of=millrace \
			-o custom-columns=N:.metadata.namespace,P:.metadata.name --no-headers |
			while read -r namespace pod; do
				printf '\n--- %s/%s\n' "$namespace" "$pod"
				kubectl logs --namespace "$namespace" "$pod" --all-containers --prefix --tail 60
			done
	} >"$LOGS/cluster-state.log" 2>&1 || true
	tail -n 200 "$LOGS/cluster-state.log" >&2
}
