// spate run: plays a scenario and says what its users saw.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <thread>

#include "reports/render/text.h"
#include "reports/verdict.h"
#include "tools/command.h"

namespace tools {

namespace {

struct Options {
    models::ScenarioSource source;
    Play play;
    std::string duration;
    std::vector<std::string> thresholds;
    std::string out;
    std::string format = "text";
    bool quiet = false;
    bool no_colour = false;
};

int run(Options options) {
    if (!options.duration.empty()) {
        options.source.sets.push_back("run.measure=" + options.duration);
    }
    const models::Loaded loaded = models::load(options.source);
    if (!loaded.scenario) {
        fmt::print(stderr, "{}", loaded.problems.render());
        return kWrong;
    }
    const models::Scenario& scenario = *loaded.scenario;
    std::vector<std::string> texts = scenario.expect;
    texts.insert(texts.end(), options.thresholds.begin(), options.thresholds.end());
    const auto expected = expectations(texts, {names_of_nodes(scenario), {}});
    if (!expected || !fits_in_memory(scenario)) return kWrong;

    options.play.show_progress = !options.quiet && is_terminal(STDERR_FILENO);
    const Played played = play(scenario, options.play);
    if (played.interrupted) {
        complain("interrupted; nothing was written");
        return kFailed;
    }
    const reports::Summary summary = reports::summarise(played.recordings);
    if (summary.out_of_room) {
        complain(
            "stopped: more requests were in flight than there is room for; the system falls "
            "ever further behind\n    lower the rate, or give the clients a timeout policy");
        return kFailed;
    }
    const auto verdicts = reports::judge(*expected, summary);
    const reports::ScenarioInfo info = info_of(loaded, options.source.file);
    const std::string json =
        reports::run_json(info, summary, verdicts, SPATE_VERSION, played.wall_s);
    if (!options.out.empty()) {
        std::error_code error;
        std::filesystem::create_directories(options.out, error);
        if (!write_file(options.out + "/run.json", json)) return kFailed;
    }
    if (options.format == "json") {
        fmt::print("{}", json);
    } else if (!options.quiet) {
        fmt::print("{}", reports::text_report(info, summary, verdicts, played.wall_s,
                                              wants_colour(options.no_colour, STDOUT_FILENO)));
        if (!options.out.empty()) fmt::print("\n  written: {}/run.json\n", options.out);
    }
    return reports::all_held(verdicts) ? kOk : kCrossed;
}

}  // namespace

Command run_command(CLI::App& program) {
    CLI::App* const app = program.add_subcommand("run", "Play a scenario");
    auto options = std::make_shared<Options>();
    options->play.jobs = std::max(1u, std::thread::hardware_concurrency());
    app->add_option("FILE", options->source.file, "The scenario; - reads the standard input")
        ->required();
    app->add_option("--seed", options->play.seed, "Chance: the same seed, the same run")
        ->capture_default_str();
    app->add_option("--replications", options->play.replications,
                    "Runs with other chance, for confidence intervals")
        ->check(CLI::Range(1u, 100000u))
        ->capture_default_str();
    app->add_option("--jobs", options->play.jobs, "Replications played at a time")
        ->check(CLI::Range(1u, 1024u));
    app->add_option("--duration", options->duration, "Measured time, instead of run.measure");
    app->add_option("--set", options->source.sets, "PATH=VALUE, as nodes.web.replicas=20")
        ->expected(1)
        ->take_all();
    app->add_option("--overlay", options->source.overlays, "A file laid over it (RFC 7396)")
        ->expected(1)
        ->take_all();
    app->add_option("--threshold", options->thresholds, "One more expectation")
        ->expected(1)
        ->take_all();
    app->add_option("--out", options->out, "Folder for run.json");
    app->add_option("--format", options->format, "What goes to the standard output")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app->add_flag("--quiet", options->quiet, "No summary and no progress");
    app->add_flag("--no-color", options->no_colour, "No colour");
    app->footer(
        "Exit: 0 all expectations held, 99 one was crossed, 2 something is wrong with the "
        "scenario\n"
        "or the command line, 1 anything else.\n\n"
        "  spate run shop.json --set nodes.web.replicas=20 --threshold 'p(99) < 250ms'\n"
        "  spate run shop.json --replications 8 --out out");
    return {app, [options] { return run(*options); }};
}

}  // namespace tools
