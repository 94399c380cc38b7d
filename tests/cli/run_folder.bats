#!/usr/bin/env bats
# A folder that --out names is one transaction: the old run, the new run, or refused.

bats_require_minimum_version 1.5.0

setup_file() {
    g++ -std=c++20 -O1 -shared -fPIC -o "$BATS_FILE_TMPDIR/stop.so" \
        "$BATS_TEST_DIRNAME/../support/stop_at_write.cpp" -ldl
}

setup() {
    spate=$(readlink -f "${SPATE:-build/spate}")
    traced=$BATS_TEST_DIRNAME/trust/traced.json
    untraced=$BATS_TEST_DIRNAME/trust/untraced.json
    cd "$BATS_TEST_TMPDIR"
}

@test "nothing of an earlier run is left among the files of the next" {
    "$spate" run "$traced" --quiet --out o
    [ -s o/traces.jsonl ]
    "$spate" run "$untraced" --quiet --out o
    [ ! -e o/traces.jsonl ] && [ ! -e o/trace.json ]
    run -2 "$spate" trace o
    "$spate" compare "$untraced" --vary run.measure=1s,2s --replications 2 --quiet --out o || [ $? -eq 99 ]
    [ -s o/compare.json ] && [ ! -e o/run.json ]
    [ -z "$(find . -name '.*.spate' -o -name '*.tmp')" ]
}

@test "a person's own files stay" {
    mkdir o && echo mine >o/gc.log && echo mine >o/notes.txt && ln -s notes.txt o/link
    for i in 1 2; do
        "$spate" run "$traced" --quiet --out o
        [ "$(cat o/gc.log o/link)" = $'mine\nmine' ]
    done
    mkdir -p o/deep/er && echo mine >o/deep/er/file && echo mine >o/charts/notes.svg
    "$spate" run "$untraced" --quiet --out o
    [ "$(cat o/gc.log o/notes.txt o/deep/er/file o/charts/notes.svg | sort -u)" = mine ]
    [ ! -e o/traces.jsonl ] && "$spate" explain o >/dev/null
    # What has the name of a file of ours is kept beside it.
    mkdir other && echo mine >other/events.csv
    run -0 --separate-stderr "$spate" run "$untraced" --quiet --no-report --out other
    [[ $stderr == *"it is kept as events.csv.kept"* ]]
    [ "$(cat other/events.csv.kept)" = mine ]
}

@test "into the folder that one works in, and through a link to it" {
    mkdir here && cd here && echo mine >notes.txt
    "$spate" run "$traced" --quiet --out .
    "$spate" run "$untraced" --quiet --out .
    [ -s run.json ] && [ "$(cat notes.txt)" = mine ] && [ ! -e traces.jsonl ]
    "$spate" explain . >/dev/null
    cd .. && ln -s here there
    "$spate" run "$traced" --quiet --no-report --out there
    [ -L there ] && [ -s here/traces.jsonl ] && [ ! -e here/report.html ]
}

@test "who reads a mix is told which file is wrong" {
    "$spate" run "$traced" --quiet --out a
    "$spate" run "$traced" --seed 7 --quiet --out b
    cp -r a whole
    "$spate" report whole >/dev/null && "$spate" chart whole >/dev/null && "$spate" trace whole --list >/dev/null
    for file in run.json drawn.json metrics.om timeseries.csv traces.jsonl; do
        rm -rf mix && cp -r a mix && cp "b/$file" mix/
        for reader in "report mix" "chart mix" "explain mix" "explain mix/run.json" "trace mix --list" \
            "export mix --to openmetrics" "export mix --to otlp" "postmortem mix" "diff mix a" "diff a mix"; do
            run -2 "$spate" $reader
            [[ $output == *"mix/$file is not the file that was written here"* ]]
        done
        run -0 --separate-stderr "$spate" runs .
        [[ $stderr == *"left out: "*"mix/$file is not the file"* ]]
    done
    rm -rf mix && cp -r a mix && rm mix/metrics.om
    run -2 "$spate" report mix
    [[ $output == *"mix/metrics.om is missing"* ]]
    rm -rf mix && "$spate" run "$untraced" --quiet --out mix && cp a/traces.jsonl mix/
    run -2 "$spate" trace mix
    [[ $output == *"mix/traces.jsonl is not of the run that wrote this folder"* ]]
}

@test "of two writers the second is told, and writes nothing" {
    run python3 - "$spate" "$untraced" <<'PY'
import os, subprocess, sys, time
spate, file = sys.argv[1:]
first = subprocess.Popen([spate, "run", file, "--duration", "300d", "--quiet", "--out", "o"])
while not os.path.exists(".o.spate"):
    time.sleep(0.02)
second = subprocess.run([spate, "run", file, "--quiet", "--out", "o"], stderr=subprocess.PIPE, text=True)
first.kill()
first.wait()
assert second.returncode == 1 and "another spate is writing to" in second.stderr, second
assert not os.path.exists("o")
# What the first one left is nobody's.
assert subprocess.run([spate, "run", file, "--quiet", "--out", "o"]).returncode == 0
assert not os.path.exists(".o.spate")
PY
    [ "$status" -eq 0 ] || { echo "$output" && false; }
}

# Stopped before each change in turn ($1: kill, full or interrupt), over an older run in which a
# person has a file: old whole, new whole, or refused. What comes after it is as if nothing had been.
stopped_everywhere() {
    python3 - "$spate" "$traced" "$BATS_FILE_TMPDIR/stop.so" "$@" <<'PY'
import collections, os, shutil, subprocess, sys
spate, file, shim, how = sys.argv[1:5]
extra = dict(each.split("=") for each in sys.argv[5:])
under = os.path.realpath(".") + "/d"
seen = collections.Counter()

def run(seed, at=None):
    env = dict(os.environ)
    if at is not None:
        env |= {"LD_PRELOAD": shim, "STOP_UNDER": under, "STOP_AT": str(at), "STOP_HOW": how,
                "STOP_COUNT": under[:-1] + "count"} | extra
    return subprocess.run([spate, "run", file, "--seed", str(seed), "--duration", "200ms", "--quiet",
                           "--no-report", "--out", "d/out"], env=env, stderr=subprocess.PIPE, text=True)

def whose():
    read = [subprocess.run([spate, "diff", "d/out", other, "--quiet"], stderr=subprocess.PIPE, text=True)
            for other in ("old", "new")]
    if read[0].returncode == 2:
        assert "several" in read[0].stderr or "one spate run wrote" in read[0].stderr, read[0].stderr
        return "refused"
    assert 0 in (read[0].returncode, read[1].returncode), read
    return "old" if read[0].returncode == 0 else "new"

for name, seed in (("old", 1), ("new", 2)):
    os.makedirs("d", exist_ok=True)
    assert run(seed).returncode == 0
    shutil.copytree("d/out", name)
    shutil.rmtree("d")

def begin():
    shutil.rmtree("d", ignore_errors=True)
    os.makedirs("d")
    shutil.copytree("old", "d/out")
    with open("d/out/notes.txt", "w") as mine:
        mine.write("mine")

begin()
assert run(2, 0).returncode == 0
changes = int(open("count").read())
assert changes > 30, changes
for at in range(1, changes + 1):
    begin()
    ended = run(2, at).returncode
    found = whose()
    seen[found] += 1
    assert open("d/out/notes.txt").read() == "mine", at
    if how == "full":
        assert ended == 1 or found == "new", (at, ended, found)
    if how == "interrupt":
        assert found == "new" or ended != 0, (at, ended, found)
        assert not os.path.exists("d/.out.spate"), at
    if at % 8 == 0:
        assert run(2).returncode == 0 and whose() == "new", at
        assert not os.path.exists("d/.out.spate"), at
        assert open("d/out/notes.txt").read() == "mine", at
print(how, changes, dict(seen))
if not extra:
    assert seen["refused"] == 0, seen
assert seen["old"] > 0, seen
PY
}

@test "killed before any of its writes: the old run or the new one" { stopped_everywhere kill; }
@test "with the disk full at any of its writes: the old run or the new one" { stopped_everywhere full; }
@test "interrupts wait until the folder is whole" { stopped_everywhere interrupt; }
@test "where folders cannot be exchanged: the old run, the new one, or refused" {
    stopped_everywhere kill STOP_NO_EXCHANGE=1
    rm -rf d old new && stopped_everywhere full STOP_NO_EXCHANGE=1
}
