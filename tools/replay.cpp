// spate replay: a recorded system's requests, played through a scenario of it, beside what was
// measured of them.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "models/clients/open_loop.h"
#include "models/spec/json/json_text.h"
#include "models/spec/json/nearest.h"
#include "models/spec/units/units.h"
#include "models/topology/replay_check.h"
#include "reports/words/numbers.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/replay_errors.h"

namespace tools {

namespace {

namespace spec = models::spec;

// How long after the last request the simulation goes on, so that all of them end.
constexpr sim::Duration kSettle = std::chrono::minutes(1);

struct ReplayOptions {
    SubjectArguments wanted;
    std::string trace;
    std::string client;
    std::vector<std::string> within;
    std::string out;
    std::uint64_t seed = 42;
    LimitsAsked limits;
    std::string format = "text";
    bool quiet = false;
};

struct Tolerance {
    std::string figure;
    double share = 0;
};

// "p99=5%"; none after a complaint.
std::optional<Tolerance> tolerance_of(const std::string& text) {
    static const std::vector<std::string_view> kFigures = {
        "mean", "p50", "p90", "p95", "p99", "p99.9", "max", "ok", "same_backend", "same_status"};
    const std::size_t equals = text.find('=');
    const std::string figure = text.substr(0, equals);
    if (std::ranges::find(kFigures, figure) == kFigures.end()) {
        complain(fmt::format("--within {}: there is no such figure\n    {}",
                             reports::printable(text),
                             spec::did_you_mean(figure, kFigures, "there are:")));
        return std::nullopt;
    }
    const std::string share = equals == std::string::npos ? "" : text.substr(equals + 1);
    char* end = nullptr;
    const double percent = std::strtod(share.c_str(), &end);
    if (share.empty() || std::string_view(end) != "%" || !(percent >= 0) || percent > 100) {
        complain(fmt::format("--within {}: write how far it may be off, as in {}=2%",
                             reports::printable(text), figure));
        return std::nullopt;
    }
    return Tolerance{figure, percent / 100};
}

std::optional<std::vector<Tolerance>> tolerances_of(const std::vector<std::string>& texts) {
    std::vector<Tolerance> all;
    for (const std::string& text : texts) {
        const auto one = tolerance_of(text);
        if (!one) return std::nullopt;
        all.push_back(*one);
    }
    return all;
}

// Whose requests are replaced by the trace's; none after a complaint.
std::optional<std::string> client_of(const models::Scenario& scenario, const ReplayOptions& asked) {
    std::vector<std::string> clients;
    for (const auto& [name, choice] : scenario.nodes) {
        if (choice.as<models::OpenLoop::Spec>() != nullptr) clients.push_back(name);
    }
    const std::vector<std::string_view> names(clients.begin(), clients.end());
    if (!asked.client.empty()) {
        if (std::ranges::find(clients, asked.client) != clients.end()) return asked.client;
        complain(fmt::format("--client {}: there are no open-loop clients of that name\n    {}",
                             reports::printable(asked.client),
                             spec::did_you_mean(asked.client, names, "there are:")));
        return std::nullopt;
    }
    if (clients.size() == 1) return clients.front();
    complain(clients.empty()
                 ? "a trace is replayed by open-loop clients, and the scenario has none"
                 : fmt::format("the scenario has {} open-loop clients\n    say with --client whose "
                               "requests the trace has",
                               clients.size()));
    return std::nullopt;
}

// The trace in place of whatever says when its client sends. None after a complaint.
std::optional<models::Loaded> with_trace(models::ScenarioSource source, const std::string& client,
                                         const ReplayOptions& asked) {
    spec::Json arrivals;
    arrivals.put("kind", "trace");
    arrivals.put("file", asked.trace);
    source.lent.push_back(asked.trace);
    const std::string node = "nodes." + client + ".";
    for (const char* const each : {"rate", "stages", "profile", "requests", "repeat_stages"}) {
        source.sets.push_back(node + each + "=null");
    }
    source.sets.push_back(node + "arrivals=" + spec::compact_text(arrivals));
    models::Loaded loaded = models::load(source);
    if (!loaded.scenario) {
        fmt::print(stderr, "{}", loaded.problems.render());
        return std::nullopt;
    }
    return loaded;
}

bool is_within(const ReplayErrors& errors, const std::vector<Tolerance>& tolerances) {
    bool is_all = true;
    for (const Tolerance& each : tolerances) {
        const auto error = errors.error_of(each.figure);
        if (error && *error <= each.share + 1e-12) continue;
        is_all = false;
        complain(error ? fmt::format("{} is off by {:.3f} %, more than {:.3f} %", each.figure,
                                     *error * 100, each.share * 100)
                       : fmt::format("{} cannot be compared: the trace has no column for it, or "
                                     "nothing of it",
                                     each.figure));
    }
    return is_all;
}

int replay(const ReplayOptions& asked) {
    const auto tolerances = tolerances_of(asked.within);
    const auto limits = limits_of(asked.limits);
    if (!tolerances || !limits) return kWrong;
    const auto found = load_subject(asked.wanted);
    if (!found) return kWrong;
    const auto client = client_of(*found->loaded.scenario, asked);
    if (!client) return kWrong;
    auto loaded = with_trace(found->subject.source, *client, asked);
    if (!loaded) return kWrong;
    models::Scenario& scenario = *loaded->scenario;
    const auto trace = scenario.nodes.find(*client)->as<models::OpenLoop::Spec>()->shared_trace();
    if (!trace->is_measured()) {
        complain(
            fmt::format("{}: there is nothing to compare with\n    a recorded system's trace "
                        "has at least one of the columns latency, backend and status",
                        reports::printable(asked.trace)));
        return kWrong;
    }
    if (trace->requests.back().at < scenario.run.warm_up) {
        complain(
            "the trace ends within the scenario's warm-up: no request is left to compare\n"
            "    try --set run.warm_up=0s");
        return kWrong;
    }
    scenario.run.scatter = false;  // items and addresses are those of the recording
    scenario.run.measure = trace->requests.back().at - scenario.run.warm_up + kSettle;
    if (const std::string why = why_too_large(scenario); !why.empty()) {
        complain(why);
        return kWrong;
    }
    const std::vector<Run> runs = {{&scenario, {asked.seed, 0}}};
    Play how;
    how.limits = *limits;
    how.show_progress = !asked.quiet && is_terminal(2);
    sim::Recording recording;
    const PlayEnd end =
        play(runs, how, [&](std::size_t, sim::Recording made) { recording = std::move(made); });
    if (end != PlayEnd::whole) return complain_of(end);
    const auto replayed = std::ranges::find(recording.replayed, *client, &sim::Replayed::client);
    const ReplayErrors errors = errors_of(*trace, *replayed, recording, scenario.run.warm_up);
    if (!asked.out.empty() && !write_file(asked.out, replay_csv(*trace, *replayed, recording))) {
        return kFailed;
    }
    if (asked.format == "json") {
        fmt::print("{}\n", spec::indented_text(replay_json(errors)));
    } else {
        fmt::print("{} requests of {}, replayed by {}; {} after the warm-up of {}\n\n{}",
                   reports::grouped(std::uint64_t{trace->requests.size()}),
                   reports::printable(asked.trace), reports::printable(*client),
                   reports::grouped(errors.requests),
                   reports::brief(sim::seconds(scenario.run.warm_up)), replay_text(errors));
    }
    return is_within(errors, *tolerances) ? kOk : kCrossed;
}

constexpr const char* kReplayFooter =
    "The trace is a CSV whose first line names its columns. Asked of the system: time, and any of\n"
    "key, user, address, bytes, write, endpoint, work (core time at steps with \"traced\": true)\n"
    "and worker (of a pool's replicas, from 0). Measured: latency, backend, status. Times are in\n"
    "seconds, or end in their unit: time_us, latency_ms. A backend is a target's name, or an\n"
    "instance's number. nginx writes such a file:\n"
    "\n"
    "  log_format spate '$msec,$request_time,$upstream_addr,$status';\n"
    "  (echo time,latency,backend,status; awk ... access.log) >trace.csv\n"
    "\n"
    "Exit: 0, 99 when a figure is further off than --within allows, 2 something is wrong.\n"
    "\n"
    "  spate replay scenarios/witness/R2_nginx_exp_rr.json "
    "tests/truth/measured/R2_nginx_exp_rr.csv\n"
    "  spate replay web.json trace.csv --within mean=2% --within p99=5% --out errors.csv";

}  // namespace

Command replay_command(CLI::App& program) {
    auto options = std::make_shared<ReplayOptions>();
    return CommandLine(program, "replay",
                       "Play a recorded system's requests, and say how far the simulation is off")
        .place("SCENARIO", options->wanted.file, "A scenario of that system")
        .place("TRACE", options->trace, "What was asked of it, and what it did (CSV)")
        .text("--client", options->client, "Whose requests these are, where several send")
        .texts("--within", options->within, "How far a figure may be off, as in p99=5%")
        .text("--out", options->out, "A CSV with a line for each request, of both")
        .changes(options->wanted.sets, options->wanted.overlays)
        .seed(options->seed)
        .limits(options->limits)
        .format(options->format)
        .flag("--quiet", options->quiet, "No progress")
        .footer(kReplayFooter)
        .runs([options] { return replay(*options); });
}

}  // namespace tools
