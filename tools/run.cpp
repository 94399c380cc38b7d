// spate run: plays a scenario and says what its users saw.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>

#include "reports/long_run.h"
#include "reports/metrics/metrics.h"
#include "reports/render/csv.h"
#include "reports/render/drawn_json.h"
#include "reports/render/health_json.h"
#include "reports/render/hlog.h"
#include "reports/render/junit.h"
#include "reports/render/logs.h"
#include "reports/render/postmortem.h"
#include "reports/render/text.h"
#include "reports/render/topics.h"
#include "reports/verdict.h"
#include "reports/words/terminal.h"
#include "tools/catalogue.h"
#include "tools/command_line.h"
#include "tools/epoch.h"
#include "tools/pictures.h"
#include "tools/run_folder.h"
#include "tools/theory.h"
#include "tools/traces.h"

namespace tools {

namespace {

struct RunOptions {
    SubjectArguments wanted;
    std::uint64_t seed = 42;
    std::uint32_t replications = 1;
    Play play;
    LimitsAsked limits;
    std::string duration;
    std::vector<std::string> thresholds;
    std::string out;
    std::string catalogue;
    std::string epoch;
    std::string health_at;
    bool no_report = false;
    std::string junit;
    std::string format = "text";
    bool quiet = false;
    bool no_colour = false;
};

// What is to be played, once nothing is wrong with it.
struct CheckedRun {
    std::string file;
    std::string title;  // of a lab
    models::Loaded loaded;
    std::vector<reports::Expression> expected;
    double epoch_s = 0;
};

std::optional<CheckedRun> check(const RunOptions& options) {
    if (const std::string why = why_no_folder(options.out); !why.empty()) {
        fmt::print(stderr, "{}", why);
        return std::nullopt;
    }
    SubjectArguments wanted = options.wanted;
    if (!options.duration.empty()) wanted.sets.push_back("run.measure=" + options.duration);
    if (!options.health_at.empty()) wanted.sets.push_back("run.health_at=" + options.health_at);
    auto found = load_subject(wanted);
    if (!found) return std::nullopt;
    CheckedRun checked{
        found->subject.source.file, found->subject.title, std::move(found->loaded), {}, 0};
    const models::Scenario& scenario = *checked.loaded.scenario;
    if (const std::string why = why_too_large(scenario); !why.empty()) {
        complain(why);
        return std::nullopt;
    }
    std::string problems;
    auto expected = parse_thresholds(checked.loaded, options.thresholds, problems);
    if (!expected) {
        fmt::print(stderr, "{}", problems);
        return std::nullopt;
    }
    checked.expected = std::move(*expected);
    const std::optional<double> epoch_s = epoch_of(options.epoch, scenario.run);
    if (!epoch_s) return std::nullopt;
    checked.epoch_s = *epoch_s;
    return checked;
}

// What is left of all replications once they have been added up.
struct Played {
    PlayEnd end;
    reports::Summary summary;
    sim::Recording first;
    std::string events;  // the lines of events.csv
    std::string slow;    // and of slow.jsonl
    double wall_s;
    std::string partial{};  // why it was stopped, when something is to be told of it all the same
};

// Adds replications up in the order of their indices, whichever ends first: one that is early waits
// for those before it. Called by the threads that play.
class Gathering {
public:
    // Lines of files are made only where they are written.
    Gathering(std::size_t replications, bool writes,
              const std::vector<reports::TimeWindow>& windows)
        : writes_(writes), sum_(replications, windows) {}

    void take(std::size_t index, sim::Recording recording) {
        const std::scoped_lock lock(mutex_);
        early_.emplace(index, std::move(recording));
        for (auto next = early_.find(added_); next != early_.end(); next = early_.find(added_)) {
            add(std::move(early_.extract(next).mapped()));
        }
    }

    // Those that came to their end, of runs that were stopped; where none did, the first as far as
    // it came.
    void stop_with(StoppedRuns& stopped) {
        for (auto& [index, recording] : early_) add(std::move(recording));
        early_.clear();
        if (added_ == 0 && stopped.first) add(std::move(*stopped.first));
    }

    Played finish(PlayEnd end, double wall_s) {
        if (added_ == 0) return {end, {}, {}, {}, {}, wall_s};
        return {end,   sum_.finish(), std::move(first_), std::move(events_), std::move(slow_),
                wall_s};
    }

private:
    void add(sim::Recording recording) {
        sum_.add(recording);
        if (writes_) events_ += reports::event_rows(recording);
        if (writes_) slow_ += reports::slow_jsonl(recording);
        if (added_++ == 0) first_ = std::move(recording);
    }

    std::mutex mutex_;
    std::map<std::size_t, sim::Recording> early_;
    std::size_t added_ = 0;
    bool writes_;
    reports::Summing sum_;
    sim::Recording first_;
    std::string events_;
    std::string slow_;
};

Played play_replications(const CheckedRun& checked, const RunOptions& options) {
    const models::Scenario& scenario = *checked.loaded.scenario;
    const auto start = std::chrono::steady_clock::now();
    std::vector<Run> runs;
    for (std::uint32_t i = 0; i < options.replications; ++i) {
        runs.push_back({&scenario, {options.seed, i}});
    }
    Gathering gathering(runs.size(), !options.out.empty(), reports::windows_of(checked.expected));
    StoppedRuns stopped;
    Play how = options.play;
    how.partial = &stopped;
    const PlayEnd end = play(runs, how, [&](std::size_t run, sim::Recording recording) {
        gathering.take(run, std::move(recording));
    });
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    const bool is_told = end == PlayEnd::interrupted || end == PlayEnd::stopped;
    if (is_told) gathering.stop_with(stopped);
    if (end != PlayEnd::whole && !is_told) return {end, {}, {}, {}, {}, wall.count()};
    Played played = gathering.finish(end, wall.count());
    if (is_told) played.partial = stopped.reason.empty() ? "interrupted" : stopped.reason;
    return played;
}

bool write_unless_empty(const std::string& path, const std::string& text) {
    return text.empty() || write_file(path, text);
}

bool write_recorded(const std::string& folder, const Played& played,
                    const reports::Origin& origin) {
    const sim::Recording& first = played.first;
    return write_file(folder + "/events.csv", std::string(reports::kEventsCsv) + played.events) &&
           write_file(folder + "/timeseries.csv",
                      [&](std::ostream& out) { reports::write_timeseries(out, first); }) &&
           write_file(folder + "/metrics.om",
                      [&](std::ostream& out) {
                          reports::write_openmetrics(out, reports::metrics_of(first, origin));
                      }) &&
           write_file(folder + "/latency.hlog", reports::hlog_text(first, origin.epoch_s)) &&
           write_observed(folder, first, static_cast<std::int64_t>(origin.epoch_s)) &&
           write_unless_empty(folder + "/replications.csv",
                              reports::replications_csv(played.summary)) &&
           write_unless_empty(folder + "/slow.jsonl", played.slow) &&
           write_unless_empty(folder + "/topics.jsonl",
                              reports::topics_jsonl(reports::topics_of(first))) &&
           write_unless_empty(folder + "/gc.log", reports::gc_log(first));
}

// Nothing is kept of a recording once its files are written: pictures take room, too.
bool write_staged(const RunOptions& options, const std::string& folder, const std::string& json,
                  const std::string& drawn, Played& played, const reports::Origin& origin) {
    if (!write_recorded(folder, played, origin)) return false;
    const bool has_recovery =
        std::ranges::count(played.summary.watched, "recovery", &sim::Watched::of) > 0;
    if (!write_unless_empty(folder + "/postmortem.md",
                            has_recovery ? reports::postmortem_markdown(json) : "")) {
        return false;
    }
    played.first = {};
    const bool is_drawn =
        options.no_report || (write_file(folder + "/drawn.json", drawn) &&
                              write_drawn({{"run", json}, {"drawn", drawn}}, folder));
    return is_drawn && write_file(folder + "/run.json", json);
}

// Replications that came to their end are reported though others were stopped, and where none did
// the first is, as far as it came.
bool is_reported(const Played& played) {
    if (played.end == PlayEnd::whole) return true;
    return !played.partial.empty() && played.first.measured() > sim::Duration::zero();
}

int complain_of(const Played& played) {
    if (played.partial.empty()) return tools::complain_of(played.end);
    complain(fmt::format("stopped in the warm-up: {}; nothing was written",
                         reports::printable(played.partial)));
    return kFailed;
}

void complain_of_partial(const Played& played, const RunOptions& options,
                         const models::RunSpec& run) {
    const double whole_s = sim::seconds(run.warm_up + run.measure);
    if (options.replications > 1 && sim::seconds(played.first.simulated) >= whole_s) {
        complain(fmt::format(
            "stopped after {} of {} replications: {}; these are reported, as partial",
            played.summary.replications, options.replications, reports::printable(played.partial)));
        return;
    }
    complain(fmt::format(
        "stopped at {:.6g} s of {:.6g} s: {}; what was played is reported, as "
        "partial",
        sim::seconds(played.first.simulated), whole_s, reports::printable(played.partial)));
}

int run(const RunOptions& options) {
    const std::optional<CheckedRun> checked = check(options);
    if (!checked) return kWrong;
    RunFolder folder(options.out);
    if (!folder.lock()) return kFailed;
    Played played = play_replications(*checked, options);
    if (!is_reported(played)) return complain_of(played);
    const bool is_partial = played.end != PlayEnd::whole;
    if (is_partial) complain_of_partial(played, options, checked->loaded.scenario->run);
    reports::Summary& summary = played.summary;
    if (summary.out_of_room) {
        complain(
            "stopped: more requests were in flight than there is room for; the system falls "
            "ever further behind\n    lower the rate, or give the clients a timeout policy");
        return kFailed;
    }
    if (summary.replications == 1) reports::add_batch_intervals(summary, played.first);
    const auto verdicts = reports::judge(checked->expected, summary);
    reports::ScenarioInfo info = info_of(checked->loaded, checked->file);
    if (info.name.empty()) info.name = checked->title;
    if (is_partial) {
        info.partial = played.partial;
        info.name += " (partial)";
    }
    info.theory = beside_measured(theory_of(*checked->loaded.scenario), summary);
    // Only if anybody reads it: of a thousand quiet nodes it is larger than what was recorded.
    std::string json;
    if (!options.out.empty() || options.format == "json") {
        info.resolved = models::resolved_json(*checked->loaded.scenario);
        json = reports::run_json(info, summary, verdicts, SPATE_VERSION, played.wall_s);
    }
    if (!options.out.empty()) {
        const models::Scenario& scenario = *checked->loaded.scenario;
        const std::string drawn = reports::drawn_json(
            reports::drawn_of(played.first, summary, drawn_links(scenario)), summary, info.about);
        const HeldInterrupts held;
        if (!folder.begin() ||
            !write_staged(options, folder.staged(), json, drawn, played,
                          {info.name, checked->epoch_s}) ||
            !folder.commit("run", summary.fingerprint)) {
            return kFailed;
        }
        record_run(options.out, options.catalogue);
    }
    if (!options.junit.empty() &&
        !write_file(options.junit, reports::junit_xml(info, verdicts, played.wall_s))) {
        return kFailed;
    }
    if (options.format == "json") {
        fmt::print("{}", json);
    } else if (!options.health_at.empty()) {
        fmt::print("{}", reports::health_json(summary));
    } else if (!options.quiet) {
        fmt::print("{}", reports::text_report(info, summary, verdicts, played.wall_s,
                                              wants_colour(options.no_colour, STDOUT_FILENO)));
        if (!options.out.empty()) {
            fmt::print("\n  written: {}{}/run.json\n",
                       options.no_report ? "" : reports::printable(options.out) + "/report.html, ",
                       reports::printable(options.out));
        }
    }
    if (is_partial) return kFailed;
    return reports::all_held(verdicts) ? kOk : kCrossed;
}

}  // namespace

Command run_command(CLI::App& program) {
    auto options = std::make_shared<RunOptions>();
    return CommandLine(program, "run", "Play a scenario")
        .subject(options->wanted)
        .seed(options->seed)
        .number("--replications", options->replications, 1, 100'000,
                "Runs with other chance, for confidence intervals")
        .jobs(options->play.jobs)
        .duration(options->duration)
        .limits(options->limits)
        .changes(options->wanted.sets, options->wanted.overlays)
        .texts("--threshold", options->thresholds, "One more expectation")
        .text("--out", options->out,
              "Folder for report.html, run.json, charts, files for other tools")
        .flag("--no-report", options->no_report,
              "Without report.html and charts in that folder, which take most of the time of a "
              "short run")
        .text("--catalogue", options->catalogue,
              "The run catalogue it is recorded in (runs.sqlite beside DIR; spate runs)")
        .text("--epoch", options->epoch,
              "When the run began, in files with dates (as run.starts says); now: it ends now")
        .text("--health-at", options->health_at,
              "Prints who is up at that time, as /actuator/health does, instead of the summary")
        .text("--junit", options->junit,
              "A file for CI servers: a test for each expectation (JUnit's XML)")
        .format(options->format)
        .flag("--quiet", options->quiet, "No summary and no progress")
        .flag("--watch", options->play.watch,
              "A live view on stderr: time, rate, latency, errors, what is busiest")
        .flag("--no-color", options->no_colour, "No colour")
        .footer(
            "With --replications, figures, events.csv and replications.csv are of all of them; "
            "what\n"
            "follows one run through time (charts, timeseries.csv, metrics.om, latency.hlog, "
            "traces) is\n"
            "of the first, which is the run that is played without --replications.\n\n"
            "A run that comes to a limit, or is interrupted, is reported as far as it came, and "
            "marked as\npartial; of several replications those are that were played to their end, "
            "or the first.\n\n"
            "Exit: 0 all expectations held, 99 one was crossed, 2 something is wrong with the\n"
            "scenario or the command line, 1 anything else.\n\n"
            "  spate run CA-17 --control one_loads\n"
            "  spate run shop.json --set nodes.web.replicas=20 --threshold 'p(99) < 250ms'\n"
            "  spate run shop.json --replications 8 --out out")
        .runs([options] {
            options->play.show_progress = !options->quiet && is_terminal(STDERR_FILENO);
            const auto limits = limits_of(options->limits);
            if (!limits) return int{kWrong};
            options->play.limits = *limits;
            return run(*options);
        });
}

}  // namespace tools
