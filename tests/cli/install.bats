#!/usr/bin/env bats
# An installed program: what is where, that it needs no source tree, that shells and man(1) read what
# it says of itself, and that the Debian package is as Debian wants it.

bats_require_minimum_version 1.5.0

setup_file() {
    build=$(dirname "$(readlink -f "${SPATE:-build/spate}")")
    export build
    cmake --install "$build" --prefix "$BATS_FILE_TMPDIR/usr" >/dev/null
    export there=$BATS_FILE_TMPDIR/usr
    export PATH=$there/bin:$PATH
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    unset NO_COLOR
}

@test "scenarios, labs and schema are found from any folder" {
    [ "$(command -v spate)" = "$there/bin/spate" ]
    run -0 spate lab CA-17
    run -0 spate init shop
    run -0 spate run shop.json --duration 2s --out out
    [ -s out/report.html ]
    run -0 spate check stories/zone_outage.json
    cmp "$there/share/spate/schema.json" <(spate schema)
    # A lab that reads a file beside it.
    run -0 spate run MQ-37 --duration 1s
}

@test "the manual page names every command and option" {
    page=$there/share/man/man1/spate.1.gz
    run -0 man --warnings --local-file "$page"
    [ -z "$(man --warnings -l "$page" 2>&1 >/dev/null)" ]
    text=$(man -l "$page" | col -b)
    for word in 'spate init' --replications --jobs-out 'EXIT STATUS' 'as nodes.web.replicas=20'; do
        [[ $text == *"$word"* ]]
    done
    spate --help | awk '/^Subcommands:/ {on = 1; next} on && !NF {exit} on {print $1}' >commands
    [ "$(wc -l <commands)" -gt 20 ]
    while read -r command; do [[ $text == *"spate $command"* ]]; done <commands
}

# What bash offers for words of which the last is not finished.
offered() {
    bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _spate; printf "%s\n" "${COMPREPLY[@]}"' \
        "$there/share/bash-completion/completions/spate" "$@"
}

@test "bash completes commands, options and their values" {
    [ "$(offered spate sw)" = sweep ]
    [[ $(offered spate run --re) == *--replications* ]]
    [ "$(offered spate run --format js)" = json ]
    [ "$(offered spate run --format = js)" = json ]
    [ "$(offered spate completion z)" = zsh ]
    [ -z "$(offered spate run sho)" ]  # files: bash's own
}

@test "fish completes commands, options and their values" {
    command -v fish >/dev/null || skip "fish is not installed"
    complete_fish() {
        HOME=$BATS_TEST_TMPDIR fish --no-config -c \
            "source $there/share/fish/vendor_completions.d/spate.fish; complete -C '$1'" | cut -f1
    }
    [ "$(complete_fish 'spate sw')" = sweep ]
    [[ $(complete_fish 'spate run --re') == *--replications* ]]
    [[ $(complete_fish 'spate run --format ') == *json* ]]
}

@test "zsh reads its completions" {
    command -v zsh >/dev/null || skip "zsh is not installed"
    zsh -f -c 'autoload -U compinit; compinit -u -D; source "$1"; [[ ${_comps[spate]} == _spate ]]' \
        zsh "$there/share/zsh/vendor-completions/_spate"
    zsh -n "$there/share/zsh/vendor-completions/_spate"
}

@test "the Debian package has nothing that lintian finds wrong" {
    command -v lintian >/dev/null || skip "lintian is not installed"
    run -0 cpack --config "$build/CPackConfig.cmake" -B "$BATS_TEST_TMPDIR"
    deb=$(echo "$BATS_TEST_TMPDIR"/spate_*.deb)
    run -0 lintian --fail-on error,warning --allow-root "$deb"
    [[ $output != *": spate:"* ]]
    files=$(dpkg-deb --contents "$deb")
    for file in ./usr/bin/spate ./usr/share/spate/stories/covid/march.json ./usr/share/spate/labs/CA-17.json \
        ./usr/share/man/man1/spate.1.gz ./usr/share/bash-completion/completions/spate; do
        [[ $files == *" $file"* ]]
    done
    [[ $(dpkg-deb --field "$deb" Depends) == *libc6*libduktape* ]]
}
