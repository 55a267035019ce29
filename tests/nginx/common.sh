# What the proofs with a real nginx share: their tools, the binary, a folder of their own, the server.
# Sourced from the root of the repository.
export PATH=$PATH:/usr/sbin PYTHONDONTWRITEBYTECODE=1

# need TOOL:PACKAGE…: ends the proof when a tool is missing.
need() {
    local tool
    for tool in "$@"; do
        command -v "${tool%:*}" >/dev/null || {
            echo "$0 needs ${tool%:*}: apt-get install ${tool#*:}" >&2
            exit 2
        }
    done
}

need nginx:nginx-light python3:python3
binary=${TRACKWARD_BIN:-$PWD/target/release/trackward}
[ -x "$binary" ] || cargo build --release --locked

work=$(mktemp -d)
server=""
stop_server() {
    [ -z "$server" ] || { kill -QUIT "$server" && wait "$server" || true; }
    server=""
}
trap 'stop_server; rm -rf "$work"' EXIT

# Ports that nobody uses, so many.
free_ports() {
    python3 - "$1" <<'PYTHON'
import socket, sys
held = [socket.create_server(("127.0.1.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(one.getsockname()[1] for one in held))
PYTHON
}

# nginx by $work/nginx.conf, ready when it listens on $port; unprivileged also where this script is root.
start_server() {
    mkdir -p "$work/log"
    chmod -R a+rX "$work"
    local as=()
    if [ "$(id -u)" -eq 0 ]; then
        chown nobody "$work/log"
        as=(setpriv --reuid nobody --regid nogroup --clear-groups)
    fi
    "${as[@]}" nginx -e stderr -p "$work" -c "$work/nginx.conf" &
    server=$!
    for _ in $(seq 100); do
        (: >"/dev/tcp/127.0.1.1/$port") 2>/dev/null && return
        sleep 0.1
    done
    echo "nginx did not open port $port" >&2
    return 1
}

# Runs a command of trackward; its log is shown only when it fails.
trackward() {
    local begin=$SECONDS
    "$binary" --config "$work/trackward.toml" "$@" >"$work/out.txt" 2>"$work/err.txt" || {
        local code=$?
        echo "trackward $* ended with $code:" >&2
        tail -n 40 "$work/out.txt" "$work/err.txt" >&2
        return 1
    }
    echo "trackward $1${2:+ $2}: $((SECONDS - begin)) s"
}
