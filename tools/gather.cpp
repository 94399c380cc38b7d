// spate gather: samples of runs that were played anywhere, as the sweep that they are of.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <fstream>

#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/sample_keeper.h"
#include "tools/sweep.h"

namespace tools {

namespace {

struct GatherOptions {
    std::string jobs;
    std::vector<std::string> samples;
    std::string missing;
    std::string out;
    std::string format = "text";
    bool quiet = false;
    bool no_colour = false;
};

// The sweep, as it was asked for, from the first of its jobs.
std::optional<ExperimentAsked> sweep_of(const GatherOptions& options) {
    std::ifstream in(options.jobs, std::ios::binary);
    std::string line;
    std::string problem;
    if (!in || !std::getline(in, line)) {
        complain(fmt::format("there is no job in {}", reports::printable(options.jobs)));
        return std::nullopt;
    }
    auto sweep = read_job(line, problem) ? read_sweep(line, problem) : std::nullopt;
    if (!sweep) {
        complain(
            fmt::format("{}:1: {}", reports::printable(options.jobs), reports::printable(problem)));
        return std::nullopt;
    }
    sweep->out = options.out;
    sweep->format = options.format;
    sweep->quiet = options.quiet;
    sweep->no_colour = options.no_colour;
    return sweep;
}

// The runs that no sample is of: told, some by name, and written as jobs when that is wanted.
bool is_any_missing(const GatherOptions& options, const ExperimentAsked& asked,
                    const Experiment& experiment, const SampleKeeper& keeper) {
    constexpr std::size_t kMostNamed = 20;
    std::size_t missing = 0;
    std::string named;
    std::string lines;
    for (std::size_t variant = 0; variant < experiment.variants.each.size(); ++variant) {
        for (std::size_t replication = 0; replication < asked.replications; ++replication) {
            if (keeper.has(variant, replication)) continue;
            if (++missing <= kMostNamed) {
                named += fmt::format("\n    {}, replication {}",
                                     reports::printable(experiment.variants.each[variant].name),
                                     replication);
            }
            if (options.missing.empty()) continue;
            lines += line_of(job_of(asked, experiment, variant, replication), asked);
        }
    }
    if (!options.missing.empty() && !write_file(options.missing, lines)) return true;
    if (missing == 0) return false;
    complain(fmt::format("{} of {} runs are missing{}{}", missing,
                         experiment.variants.each.size() * asked.replications, named,
                         missing > kMostNamed ? "\n    and more" : ""));
    return true;
}

int gather(const GatherOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    auto asked = sweep_of(options);
    if (!asked) return kWrong;
    ReportedProblems told;
    const std::optional<Experiment> experiment = prepare(*asked, told);
    std::string problems = told.text();
    if (experiment) {
        SampleKeeper keeper(*asked, *experiment);
        for (const std::string& file : options.samples) {
            keeper.read(file, asked->replications, problems);
        }
        if (problems.empty()) {
            if (is_any_missing(options, *asked, *experiment, keeper)) return kFailed;
            ReplicasAsked all = asked->replicas;
            all.known = &keeper;
            Replicas replicas(experiment->variants.each, experiment->figures, experiment->expected,
                              all);
            const PlayEnd end = replicas.play_up_to(asked->replications);
            if (end != PlayEnd::whole) return complain_of(end);
            if (is_any_out_of_room(replicas, experiment->variants)) return kFailed;
            const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
            return tell_sweep(*asked, *experiment, replicas, wall.count());
        }
    }
    fmt::print(stderr, "{}", problems);
    return kWrong;
}

constexpr const char* kGatherFooter =
    "What it prints, and what it writes, is what spate sweep would have: to the byte, but for the\n"
    "time that it took. Samples come in any order. A run that is missing is named, and --missing\n"
    "writes the jobs of all of them; a run that is there twice, or is of another sweep, is "
    "refused.\n"
    "\n"
    "Exit: as spate sweep; 1 when runs are missing.\n"
    "\n"
    "  spate sweep shop.json --vary nodes.web.replicas=1..8 --jobs-out jobs.jsonl\n"
    "  parallel --pipe -N 50 spate play --job - --jobs 1 <jobs.jsonl >samples.jsonl\n"
    "  spate gather jobs.jsonl samples.jsonl --out out";

}  // namespace

Command gather_command(CLI::App& program) {
    auto options = std::make_shared<GatherOptions>();
    CommandLine line(program, "gather",
                     "Samples of runs played anywhere, as the sweep they are of");
    line.place("JOBS", options->jobs, "What spate sweep --jobs-out wrote")
        .places("SAMPLES", options->samples, "What spate play printed")
        .text("--missing", options->missing, "A file for the jobs that no sample is of")
        .text("--out", options->out, "Folder for report.html, charts, the result as JSON and CSV")
        .format(options->format)
        .flag("--quiet", options->quiet, "No text")
        .flag("--no-color", options->no_colour, "No colour");
    return line.footer(kGatherFooter).runs([options] { return gather(*options); });
}

}  // namespace tools
