#!/usr/bin/env bash
# Runs a command with a Docker engine: the one that answers, or one that is installed and started here and ended
# afterwards. Exit code 75 and the reason when there is none: bash deploy/images/engine.sh COMMAND...
set -euo pipefail
answers() { docker info >/dev/null 2>&1; }
if ! command -v docker >/dev/null || { ! answers && ! command -v dockerd >/dev/null; }; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "no Docker engine: start one, or run this as root on Debian" >&2
        exit 75
    fi
    apt-get update -qq && apt-get install -y -qq --no-install-recommends docker.io iptables >/dev/null || { echo "no Docker engine: docker.io cannot be installed" >&2; exit 75; }
    # without it the test of compose is left out, and says so
    apt-get install -y -qq --no-install-recommends docker-compose >/dev/null 2>&1 || true
fi
if answers; then
    exec "$@"
fi
if [ "$(id -u)" != 0 ]; then
    echo "no Docker engine answers, and only root can start one" >&2
    exit 75
fi
folder=$(mktemp -d /tmp/pixelle-docker.XXXXXX)
export DOCKER_HOST=unix://$folder/docker.sock
dockerd --host="$DOCKER_HOST" --ip=127.0.0.1 --data-root="$folder/data" --exec-root="$folder/exec" --pidfile="$folder/pid" \
    >"$folder/log" 2>&1 &
engine=$!
finish() { kill "$engine" 2>/dev/null || true; wait "$engine" 2>/dev/null || true; rm -rf "$folder" 2>/dev/null || true; }
trap finish EXIT
for _ in $(seq 120); do
    if answers; then
        "$@"
        exit
    fi
    kill -0 "$engine" 2>/dev/null || break
    sleep 1
done
echo "no Docker engine: it did not come up within two minutes ($(tail -n 1 "$folder/log" | cut -c1-200))" >&2
exit 75
