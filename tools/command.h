// What the commands share: exit codes, finding the scenario, and talking to the terminal.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/topology/load.h"
#include "reports/expression.h"
#include "reports/render/run_json.h"
#include "sim/recording.h"

namespace CLI {
class App;
}

namespace tools {

// Exit codes that scripts build on.
enum Exit : int { kOk = 0, kFailed = 1, kWrong = 2, kCrossed = 99 };

// A command: its options are added to the program, and `run` does it after they were parsed.
struct Command {
    CLI::App* app;
    std::function<int()> run;
};

Command run_command(CLI::App& program);
Command check_command(CLI::App& program);
Command describe_command(CLI::App& program);
Command schema_command(CLI::App& program);
Command lab_command(CLI::App& program);

// Prints to stderr.
void complain(const std::string& message);

bool is_terminal(int file);
bool wants_colour(bool no_colour_asked, int file);

// Expressions over a scenario's nodes; complains about those that are wrong.
std::optional<std::vector<reports::Expression>> expectations(const std::vector<std::string>& texts,
                                                             const reports::Vocabulary& vocabulary);

std::vector<std::string> names_of_nodes(const models::Scenario& scenario);

reports::ScenarioInfo info_of(const models::Loaded& loaded, const std::string& file);

// Plays replications 0 .. count - 1, `jobs` at a time; in index order, whatever finished first.
struct Play {
    std::uint64_t seed = 42;
    std::uint32_t replications = 1;
    std::uint32_t jobs = 1;
    bool show_progress = false;
};
struct Played {
    std::vector<sim::Recording> recordings;
    double wall_s = 0;
    bool interrupted = false;
};
Played play(const models::Scenario& scenario, const Play& how);

// Refuses a scenario that could not fit into this machine's memory; says why.
bool fits_in_memory(const models::Scenario& scenario);

// Writes a file under a temporary name and renames it. False, after a complaint, when it cannot.
bool write_file(const std::string& path, const std::string& text);

}  // namespace tools
