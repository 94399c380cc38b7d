// spate diff: what differs between two finished runs.
#include <fmt/format.h>
#include <unistd.h>

#include "models/spec/documents/source_file.h"
#include "reports/render/run_difference_text.h"
#include "reports/words/terminal.h"
#include "tools/catalogue.h"
#include "tools/command_line.h"
#include "tools/manifest.h"
#include "tools/run_difference.h"
#include "tools/run_record.h"

namespace tools {

namespace {

struct DiffOptions {
    std::string before;
    std::string after;
    std::string catalogue;
    std::string format = "text";
    bool all = false;
    bool quiet = false;
    bool no_colour = false;
};

std::optional<FinishedRun> finished(const std::string& asked, const DiffOptions& options) {
    const auto folder = find_run(asked, options.catalogue);
    if (!folder) return std::nullopt;
    std::string why_not;
    auto json = read_run(*folder, why_not);
    if (!json) {
        complain(reports::printable(why_not));
        return std::nullopt;
    }
    if (why_not = why_mixed(*folder, "replications.csv"); !why_not.empty()) {
        complain(why_not);
        return std::nullopt;
    }
    const auto replications = models::spec::read_text(*folder + "/replications.csv", why_not);
    return FinishedRun{*folder, std::move(*json), replications.value_or("")};
}

int diff(const DiffOptions& options) {
    const auto before = finished(options.before, options);
    const auto after = finished(options.after, options);
    if (!before || !after) return kWrong;
    const reports::RunDifference difference = difference_of(*before, *after);
    if (options.format == "json") {
        fmt::print("{}", reports::difference_json(difference, {before->folder, after->folder}));
    } else if (!options.quiet) {
        fmt::print("{}", reports::difference_text(difference, options.all,
                                                  wants_colour(options.no_colour, STDOUT_FILENO)));
    }
    return difference.is_empty() ? kOk : kCrossed;
}

constexpr const char* kDiffFooter =
    "What is equal is not printed. The scenarios are compared as they were resolved, defaults and\n"
    "all; figures by their name in run.json. Where both runs have intervals, a difference has one\n"
    "too: of the pairs when seed, replications and arrivals are the same (replications.csv), by\n"
    "Welch's t otherwise. An interval that covers zero shows no difference.\n"
    "\n"
    "When a run ended, how long it took, and where its files lie are no difference; nor is the\n"
    "version of spate, unless something else differs.\n"
    "\n"
    "Exit: 0 no difference, 99 some, 2 what was named is no run.\n"
    "\n"
    "  spate diff out/before out/after\n"
    "  spate diff before after --catalogue out/runs.sqlite --all\n"
    "  spate diff golden out --quiet || echo 'the results have changed'";

}  // namespace

Command diff_command(CLI::App& program) {
    auto options = std::make_shared<DiffOptions>();
    return CommandLine(program, "diff", "What differs between two finished runs")
        .place("RUN", options->before, "A folder that run --out wrote, or its name in a catalogue")
        .place("OTHER", options->after, "Another")
        .text("--catalogue", options->catalogue, "Where names are looked up (./runs.sqlite)")
        .flag("--all", options->all, "Every figure of every node, not those that changed most")
        .format(options->format)
        .flag("--quiet", options->quiet, "Only the exit code")
        .flag("--no-color", options->no_colour, "No colour")
        .footer(kDiffFooter)
        .runs([options] { return diff(*options); });
}

}  // namespace tools
