# shellcheck shell=bash
# What the programs here share: clients in a cache, and a broker of this checkout.

CLIENTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$CLIENTS/../.." && pwd)
CACHE=${MILLRACE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/millrace}
TEMPORARY=$(mktemp -d)
BROKER=
export PYTHONDONTWRITEBYTECODE=1

finish() {
	if [ -n "$BROKER" ]; then
		kill "$BROKER" 2>/dev/null || true
		wait "$BROKER" 2>/dev/null || true
	fi
	rm -rf "$TEMPORARY"
}
trap finish EXIT

# The folder for what a lock file names; another lock file, another folder.
folder() { printf '%s/clients-%s-%s\n' "$CACHE" "$1" "$(sha256sum <"$2" | cut -c1-12)"; }

prepare_python() {
	VENV=$(folder python "$CLIENTS/python/requirements.txt")
	[ ! -e "$VENV/done" ] || return 0
	rm -rf "$VENV"
	python3 -m venv "$VENV"
	"$VENV/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$CLIENTS/python/requirements.txt"
	: >"$VENV/done"
}

free_ports() { # COUNT
	python3 -c '
import socket, sys
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(one.getsockname()[1] for one in held))' "$1"
}

# A CA, and certificates of the broker (localhost) and of a client (CN=pika), in FOLDER; a health check is
# asked about the next month.
tls_files() { # FOLDER
	local name names
	mkdir -p "$1"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj /CN=clients-ca -keyout "$1/ca.key" -out "$1/ca.crt"
	for name in localhost pika; do
		names=subjectAltName=DNS:$name
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=example/CN=$name" -keyout "$1/$name.key" -out "$1/$name.csr"
		openssl x509 -req -in "$1/$name.csr" -CA "$1/ca.crt" -CAkey "$1/ca.key" -CAcreateserial -days 60 -extfile <(printf '%s\n' "$names") -out "$1/$name.crt"
	done
}

# The broker at AMQP_URL, or one of this checkout that ends with the program.
have_broker() {
	local kafka amqp http amqps tls=$TEMPORARY/tls
	[ -z "${AMQP_URL-}" ] || return 0
	read -r kafka amqp http amqps <<<"$(free_ports 4)"
	tls_files "$tls" >"$TEMPORARY/tls.log" 2>&1 || {
		cat "$TEMPORARY/tls.log"
		exit 1
	}
	: >"$TEMPORARY/broker.log"
	"$ROOT/dev" broker "--kafka-port=$kafka" "--amqp-port=$amqp" "--http-port=$http" "--amqp-tls-port=$amqps" \
		"--amqp-tls-certificate=$tls/localhost.crt" "--amqp-tls-key=$tls/localhost.key" "--amqp-tls-ca=$tls/ca.crt" >"$TEMPORARY/broker.log" 2>&1 &
	BROKER=$!
	for _ in $(seq 1 3000); do
		! grep -q ^ready "$TEMPORARY/broker.log" || break
		kill -0 "$BROKER" 2>/dev/null || break
		sleep 0.1
	done
	if ! grep ^ready "$TEMPORARY/broker.log"; then
		cat "$TEMPORARY/broker.log"
		echo "FAIL the broker did not start"
		exit 1
	fi
	export AMQP_URL="amqp://guest:guest@localhost:$amqp/%2F" KAFKA_BOOTSTRAP="localhost:$kafka" HTTP_URL="http://localhost:$http"
	export AMQPS_PORT=$amqps TLS_FILES=$tls
}
