#!/usr/bin/env bash
# Follows getting-started.md word by word: writes each file of it into an empty directory, runs each command, and compares
# what it prints with what the page says, if it says anything, where … stands for any text.
#
#   docs/getting-started.sh
#
# PORT chooses the port (8080), MAVEN_REPOSITORY the local repository of Maven (~/.m2/repository). Needs Maven, curl and JDK 17.
# What is installed goes into a copy of that repository, made of hard links, so that it does not get artifacts of a working tree.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
page=$root/docs/getting-started.md
export SERVER_PORT=${PORT:-8080}
seconds=${COMMAND_SECONDS:-420}

if curl -s -o /dev/null "http://localhost:$SERVER_PORT/"; then
    echo "Something serves on port $SERVER_PORT already; choose another: PORT=8081 $0" >&2
    exit 1
fi

repository=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
mkdir -p "$repository"
# Beside the real one, because hard links do not leave a file system.
work=$(mktemp -d "$(dirname "$repository")/getting-started.XXXXXX")
service=

finish() {
    local code=$?
    if [[ -n $service ]]; then
        kill -9 "$service" 2>/dev/null || true
    fi
    if ((code != 0)) && [[ -f $work/seats/seats.log ]]; then
        echo "--- the last lines of the service:" >&2
        tail -n 40 "$work/seats/seats.log" >&2
    fi
    cd /
    rm -rf "$work"
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

cp -al "$repository" "$work/repository" 2>/dev/null || cp -a "$repository" "$work/repository"
rm -rf "$work/repository/dev/wal"
export MAVEN_OPTS="${MAVEN_OPTS:-} -Dmaven.repo.local=$work/repository"
mkdir "$work/seats"

# Runs a command as the page has it, and compares its output with the page's.
run() {
    local command=$1 expected=$2 output=
    printf '$ %s\n' "$command"
    command=${command//localhost:8080/localhost:$SERVER_PORT}
    if [[ $command == *' &' ]]; then
        eval "$command"
        service=$!
        return
    fi
    command=${command//'$!'/$service}
    output=$(timeout "$seconds" bash -c "$command" 2>&1) || { echo "$output"; echo "failed: $command" >&2; exit 1; }
    printf '%s' "${output:+$output$'\n'}"
    # The page's text is what it is, but for the dots.
    local pattern=${expected//'\'/'\\'}
    pattern=${pattern//'*'/'\*'}
    pattern=${pattern//'?'/'\?'}
    pattern=${pattern//'['/'\['}
    # shellcheck disable=SC2053
    if [[ -n $expected && $output != ${pattern//…/*} ]]; then
        printf 'expected:\n%s\n' "$expected" >&2
        exit 1
    fi
    if [[ $command == kill* ]]; then
        wait "$service" 2>/dev/null || true
        service=
    fi
}

console() { # the lines of one block
    local command= expected= line
    while IFS= read -r line; do
        if [[ $line == '$ '* ]]; then
            [[ -z $command ]] || run "$command" "$expected"
            command=${line#'$ '} expected=
        else
            expected+=${expected:+$'\n'}$line
        fi
    done <<< "$1"
    run "$command" "$expected"
}

cd "$root" # the first command is one in a clone
files=0 commands=0 path= fence= block=
while IFS= read -r line; do
    if [[ -z $fence && $line =~ ^\`([^\` ]+)\`$ ]]; then
        path=${BASH_REMATCH[1]}
    elif [[ -z $fence && $line == '```'?* ]]; then
        fence=${line#'```'} block=
    elif [[ -n $fence && $line == '```' ]]; then
        if [[ $fence == console ]]; then
            console "${block%$'\n'}"
            ((++commands))
        elif [[ -n $path ]]; then
            cd "$work/seats"
            mkdir -p "$(dirname "$path")"
            printf '%s' "$block" > "$path"
            echo "# $path"
            path=
            ((++files))
        fi
        fence=
    elif [[ -n $fence ]]; then
        block+=$line$'\n'
    fi
done < "$page"

# A page that is read wrongly would pass by doing nothing.
((files == 8 && commands == 7)) || { echo "read $files files and $commands blocks of commands; is the form of the page another?" >&2; exit 1; }
echo "# All as the page says."
