// What a command of this program has to say of a lab's scenario: spate explain, which names what is
// full; spate run --health-at; a file that a run leaves.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "models/spec/declaration/spec.h"
#include "models/topology/load.h"
#include "tools/scratch.h"

namespace tools {

struct LabCommand {
    static constexpr std::string_view name = "command";
    static constexpr std::string_view doc = "A command of spate, and what it must say.";
    std::string run;
    std::string variant;
    std::string file;
    std::string says;
    std::string matches;
    std::string times;
    std::uint32_t exits = 0;
    std::string because;
    static constexpr auto params() {
        using namespace models::spec;
        return std::tuple{
            required(
                "run", &LabCommand::run, not_empty(),
                "The command and its options, without spate, the scenario and the seed, which "
                "are added (no seed to \"graph\", which plays nothing): \"explain\", \"run --out "
                "{dir}\". {dir} is a folder of its own."),
            param("variant", &LabCommand::variant,
                  "Which variant it is given, where the lab has variants."),
            param("file", &LabCommand::file,
                  "The file in {dir} that is looked at, instead of what it prints."),
            param("says", &LabCommand::says, "A text that must be there."),
            param("matches", &LabCommand::matches,
                  "Instead of `says`: a regular expression that a line must match somewhere."),
            param("times", &LabCommand::times,
                  "In how many lines exactly, as a figure of the same run: \"app.collections\". "
                  "Without it, in one at least."),
            param("exits", &LabCommand::exits, at_most(255u), "The exit code that it ends with."),
            required("because", &LabCommand::because, not_empty(), "Why it should say so.")};
    }
    void check(models::spec::Check& check) const;
};

// What it said of a scenario: its exit code, and in how many lines it says what it has to.
struct Said {
    int exit = 0;
    std::uint64_t lines = 0;
};

// Commands that were run; several statements may be about what one of them has left.
class CommandRuns {
public:
    // None when it could not be started.
    std::optional<Said> ask(const LabCommand& command, const models::ScenarioSource& source,
                            std::uint64_t seed);

private:
    struct Ran {
        Scratch scratch;
        std::optional<int> exit;
    };
    std::map<std::vector<std::string>, Ran> runs_;  // by the words of the command
};

}  // namespace tools
