# shellcheck shell=bash
# The Debian packages Spate needs: the one list of them, and how the missing ones are installed.
#
# Sourced by tools/quickstart, tools/test and tools/prove-bare. Only packages of the distribution,
# only through apt, and nothing is asked of apt when everything is there already.

# To build the program. Boost.Graph is headers alone, so its compiled library is not needed.
# shellcheck disable=SC2034  # used by the scripts that source this
build_packages=(
    g++ cmake ninja-build
    libfmt-dev nlohmann-json3-dev libcli11-dev libboost-dev libeigen3-dev libxxhash-dev
    libssl-dev duktape-dev libsqlite3-dev libyaml-cpp-dev
)

# To test it, on top of that: unit tests, the second compiler with its sanitizers and the names in
# their stack traces, command-line tests, the checks on layout and scripts, a browser to look at
# reports with, what reads the files that a run leaves, what the benchmarks are written with, what
# counts instructions, what plays the jobs of a sweep, and what reads what an install has. With the
# packages of MPI the build has a module more (tools/mpi), which the program does without, too. The last
# line is what the playground (tools/playground) is compiled with.
# shellcheck disable=SC2034
test_packages=(
    doctest-dev bats python3 nginx-light
    clang libclang-rt-dev llvm clang-format
    shellcheck git
    chromium librsvg2-bin libxml2-utils graphviz
    prometheus libhdrhistogram-java default-jre-headless
    libbenchmark-dev sqlite3 valgrind
    parallel slurmctld slurmd slurm-client munge libboost-mpi-dev libopenmpi-dev openmpi-bin
    lintian man-db bsdextrautils fish zsh
    clang-16 lld-16 llvm-16 libclang-rt-16-dev-wasm32 wasi-libc libc++-16-dev-wasm32 libc++abi-16-dev-wasm32
)
# Whoever has these by other means than Debian's keeps them.
command -v node >/dev/null || test_packages+=(nodejs)
command -v npm >/dev/null || test_packages+=(npm)

# The ones of the given packages that are not installed, one a line.
missing_packages() {
    local package
    for package in "$@"; do
        case $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) in
            installed) ;;
            *) echo "$package" ;;
        esac
    done
}

# Installs what is missing of the given packages, or says what to install and why it cannot.
install_packages() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        echo "This machine has no apt. Install what these Debian packages hold, by other means:"
        echo "    $*"
        return 0  # The build will tell what is still missing.
    fi

    local missing
    mapfile -t missing < <(missing_packages "$@")
    if ((${#missing[@]} == 0)); then
        echo "Packages: all there."
        return 0
    fi

    local as_root=()
    if ((EUID != 0)); then
        if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
            as_root=(sudo)
        else
            echo "These packages are missing, and installing them needs root or sudo:" >&2
            echo "    ${missing[*]}" >&2
            echo "As root, run: apt-get install --no-install-recommends ${missing[*]}" >&2
            return 1
        fi
    fi

    echo "Packages to install, with apt-get: ${missing[*]}"
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a
               apt-get -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
    # An index that cannot be refreshed is no reason to stop: the old one may do.
    run_step "refreshing the package index" "${apt[@]}" update || true
    run_step "installing ${#missing[@]} packages" \
        "${apt[@]}" install --no-install-recommends "${missing[@]}"
}
