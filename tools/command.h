// What the commands share: exit codes, finding the scenario, and talking to the terminal.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "models/topology/load.h"
#include "reports/expression.h"
#include "reports/render/run_json.h"
#include "sim/recording.h"
#include "tools/limits.h"

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
Command compare_command(CLI::App& program);
Command sweep_command(CLI::App& program);
Command play_command(CLI::App& program);
Command gather_command(CLI::App& program);
Command explain_command(CLI::App& program);
Command plan_command(CLI::App& program);
Command analyze_command(CLI::App& program);
Command report_command(CLI::App& program);
Command chart_command(CLI::App& program);
Command graph_command(CLI::App& program);
Command trace_command(CLI::App& program);
Command topics_command(CLI::App& program);
Command export_command(CLI::App& program);
Command faults_command(CLI::App& program);
Command availability_command(CLI::App& program);
Command runs_command(CLI::App& program);
Command diff_command(CLI::App& program);
Command postmortem_command(CLI::App& program);
Command init_command(CLI::App& program);
Command import_command(CLI::App& program);
Command calibrate_command(CLI::App& program);
Command completion_command(CLI::App& program);
Command man_command(CLI::App& program);
Command truth_command(CLI::App& program);
Command replay_command(CLI::App& program);

// Prints to stderr.
void complain(const std::string& message);

bool is_terminal(int file);
bool wants_colour(bool no_colour_asked, int file);

// What expressions about a scenario may name. The scenario must not be too large.
reports::Vocabulary words_of(const models::Scenario& scenario);

// Each expectation of a scenario that cannot be understood, at its place.
std::vector<models::spec::Problem> wrong_expectations(const models::Loaded& loaded);

// What a scenario expects, and the command line's thresholds after that. None when any is wrong;
// all that is wrong is added to `problems`, for people.
std::optional<std::vector<reports::Expression>> parse_thresholds(
    const models::Loaded& loaded, const std::vector<std::string>& further, std::string& problems);

// The same of one variant among others: what only others can be expected to do, as an autoscaler's
// figures of what has none, is left out, and `left_out` gets a sentence for each.
std::optional<std::vector<reports::Expression>> parse_thresholds_among(
    const models::Loaded& loaded, const std::vector<std::string>& further,
    const reports::Vocabulary& own, const reports::Vocabulary& others,
    std::vector<std::string>& left_out, std::string& problems);

// A quantity rather than a statement, as --metric takes it; `where` is what problems call it.
std::optional<reports::Expression> parse_quantity_of(const std::string& text,
                                                     const std::string& where,
                                                     const reports::Vocabulary& words,
                                                     std::string& problems);

std::optional<reports::Expression> parse_statement_of(const std::string& text,
                                                      const std::string& where,
                                                      const reports::Vocabulary& words,
                                                      std::string& problems);

reports::ScenarioInfo info_of(const models::Loaded& loaded, const std::string& file);

class Display;

// Plays runs, `jobs` at a time: one queue of all of them. Each is handed over by its index when it
// ends, from whichever thread played it.
struct Run {
    const models::Scenario* scenario;  // null: nothing to play, and handed over in its turn
    sim::Seed seed;
};
// What there is to tell of runs that were stopped before their end.
struct StoppedRuns {
    std::string reason;
    std::size_t run = 0;  // the first of them, and it as far as it came
    std::optional<sim::Recording> first;
};
struct Play {
    std::uint32_t jobs = 1;
    bool show_progress = false;
    bool watch = false;  // a live view, instead of the line
    Limits limits{};
    // Why runs were stopped goes here. Null: it goes to the terminal.
    StoppedRuns* partial = nullptr;
    Display* display = nullptr;         // null: one of its own
    std::function<bool()> is_enough{};  // asked before each run: true ends it there
    // Which run is next, from any thread: none when there are no more, their number when there is
    // none at the moment. Without it, one after the other.
    std::function<std::optional<std::size_t>()> next{};
};
// `stopped` is at a limit; `broken`, that an invariant did not hold: our bug.
enum class PlayEnd { whole, interrupted, out_of_memory, stopped, broken };
using Finished = std::function<void(std::size_t run, sim::Recording recording)>;
PlayEnd play(std::span<const Run> runs, const Play& how, const Finished& finished);

// Why playing ended early, to the terminal; the exit code for it.
int complain_of(PlayEnd end);

// Why a scenario could not fit into the memory that there is; empty when it can.
std::string why_too_large(const models::Scenario& scenario);

// Why a folder cannot be written into, as far as can be seen before a run; empty when it can.
std::string why_no_folder(const std::string& path);

// False, after a complaint, when it cannot be made.
bool make_folder(const std::string& path);

// Writes a file under a temporary name and renames it. False, after a complaint, when it cannot.
bool write_file(const std::string& path, const std::string& text);
// The same of what is too long to be held in memory.
bool write_file(const std::string& path, const std::function<void(std::ostream&)>& write);

}  // namespace tools
