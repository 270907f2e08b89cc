#!/usr/bin/env bash
# The walk of walk.md: starts the demo, moves money, kills it, starts it again, and checks that nothing is lost.
# Prints each command with its output, and fails at the first output that is not as expected.
#
#   docs/walk.sh [path of the demo's jar]
#
# PORT chooses the port (8080). Needs the jar (mvn -pl demo -am package), curl, and nothing else.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
port=${PORT:-8080}
start_seconds=${START_SECONDS:-180}
jars=("$root"/demo/target/demo-*.jar)
jar=$(realpath "${1:-${jars[0]}}")
[[ -f $jar ]] || { echo "There is no jar $jar. Build it: mvn -pl demo -am package" >&2; exit 1; }

work=$(mktemp -d)
demo=
output=

finish() {
    local code=$?
    if [[ -n $demo ]]; then
        kill -9 "$demo" 2>/dev/null || true
        wait "$demo" 2>/dev/null || true
    fi
    if ((code != 0)) && [[ -f $work/demo.log ]]; then
        echo "--- the last lines of the demo:" >&2
        tail -n 40 "$work/demo.log" >&2
    fi
    cd /
    rm -rf "$work"
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM
cd "$work"

# Shows a command, runs it, shows and keeps its output.
run() {
    printf '$ %s\n' "$1"
    # With the port that was asked for, but shown as on the page.
    output=$(eval "${1//localhost:8080/localhost:$port}" 2>&1) || { echo "$output"; echo "failed: $1" >&2; exit 1; }
    printf '%s\n' "${output:+$output$'\n'}"
}

# Checks that the last output contains a text.
expect() {
    [[ $output == *"$1"* ]] || { echo "expected: $1" >&2; exit 1; }
}

# Checks that the last output is a text, and nothing else.
expect_all() {
    [[ $output == "$1" ]] || { echo "expected: $1" >&2; exit 1; }
}

# Checks that the last output matches an extended regular expression.
expect_match() {
    [[ $output =~ $1 ]] || { echo "expected a match of: $1" >&2; exit 1; }
}

start() {
    echo '$ java -jar demo.jar > demo.log &'
    java -jar "$jar" --server.port="$port" > demo.log 2>&1 &
    demo=$!
    local deadline=$((SECONDS + start_seconds))
    until curl -sf -o /dev/null "http://localhost:$port/actuator/health"; do
        kill -0 "$demo" 2>/dev/null || { echo "the demo ended while it started" >&2; exit 1; }
        ((SECONDS < deadline)) || { echo "the demo does not serve after $start_seconds s" >&2; exit 1; }
        sleep 0.2
    done
    [[ $(cat demo.pid) == "$demo" ]] || { echo "another demo serves on port $port" >&2; exit 1; }
    run "grep -o 'Write-ahead log.*' demo.log"
}

if curl -s -o /dev/null "http://localhost:$port/"; then
    echo "Something serves on port $port already; choose another: PORT=8081 $0" >&2
    exit 1
fi

echo "# Start with an empty log."
start
expect ': created'

echo "# Open two accounts, and move money."
json="-H 'Content-Type: application/json'"
run "curl -s localhost:8080/accounts $json -d '{\"owner\":\"Ada\",\"balance\":10000}'"
expect_all '{"id":1,"owner":"Ada","balance":10000}'
run "curl -s localhost:8080/accounts $json -d '{\"owner\":\"Bob\",\"balance\":0}'"
expect_all '{"id":2,"owner":"Bob","balance":0}'
run "curl -s localhost:8080/transfers $json -d '{\"from\":1,\"to\":2,\"amount\":1250,\"reference\":\"rent\"}'"
expect_all '{"id":1,"from":1,"to":2,"amount":1250,"reference":"rent"}'

echo "# The same reference again is booked once."
run "curl -s localhost:8080/transfers $json -d '{\"from\":1,\"to\":2,\"amount\":1250,\"reference\":\"rent\"}'"
expect_all '{"id":1,"from":1,"to":2,"amount":1250,"reference":"rent"}'

echo "# What an account does not have cannot be moved, and nothing changes."
run "curl -s -w '\n%{http_code} %{content_type}' localhost:8080/transfers $json -d '{\"from\":1,\"to\":2,\"amount\":1000000}'"
expect '"title":"Insufficient funds"'
expect '409 application/problem+json'
run "curl -s localhost:8080/accounts"
expect_all '[{"id":1,"owner":"Ada","balance":8750},{"id":2,"owner":"Bob","balance":1250}]'

echo "# Look at the log, and make a checkpoint."
run "curl -s localhost:8080/actuator/wal"
expect '"state":"OPEN"'
expect '"durability":"group-commit'
expect '"appendedLsn":'
run "curl -s -w '\n%{http_code}' -X POST localhost:8080/actuator/walcheckpoint"
expect '"redoPosition":'
expect_match $'\n200$'

echo "# Move more, and kill the demo: it is told nothing, and completes nothing."
run "curl -s localhost:8080/transfers $json -d '{\"from\":2,\"to\":1,\"amount\":250}'"
expect_all '{"id":2,"from":2,"to":1,"amount":250,"reference":null}'
run 'kill -9 $(cat demo.pid)'
wait "$demo" 2>/dev/null || true
demo=

echo "# Start again: everything is back."
start
expect_match 'recovered [1-9][0-9]* transactions in [0-9]+ ms'
run "curl -s localhost:8080/accounts"
expect_all '[{"id":1,"owner":"Ada","balance":9000},{"id":2,"owner":"Bob","balance":1000}]'
run "curl -s localhost:8080/total"
expect_all '{"accounts":2,"balance":10000,"transfers":2}'
run "curl -s localhost:8080/actuator/walrecovery"
expect '"created":false'
expect '"verdict":"CLEAN"'

echo "# A reference that was booked before the kill is still known."
run "curl -s localhost:8080/transfers $json -d '{\"from\":1,\"to\":2,\"amount\":1250,\"reference\":\"rent\"}'"
expect_all '{"id":1,"from":1,"to":2,"amount":1250,"reference":"rent"}'

echo "# All as expected."
