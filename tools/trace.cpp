// spate trace: one request of a finished run, as a tree.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "models/spec/units/units.h"
#include "reports/traces/terminal_tree.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/traces.h"

namespace tools {

namespace {

struct TraceOptions {
    std::string folder;
    std::string id;
    std::string at;
    bool slowest = false;
    bool failed = false;
    bool list = false;
};

using reports::Trace;
using reports::TraceSet;

// A number counts them from 1; anything else is how a trace's id begins.
std::optional<std::size_t> find(const TraceSet& set, const std::string& id) {
    const bool is_number = !id.empty() && id.size() < 8 &&
                           std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
    if (is_number) {
        const auto number = static_cast<std::size_t>(std::stoul(id));
        if (number >= 1 && number <= set.traces.size()) return number - 1;
    }
    for (std::size_t index = 0; index < set.traces.size(); ++index) {
        if (set.traces[index].id.starts_with(id)) return index;
    }
    return std::nullopt;
}

// Those of users' requests that were under way then, or failed, if that is asked for; what one
// waits for in the background is not what users waited for.
std::vector<std::size_t> wanted(const TraceSet& set, const TraceOptions& options,
                                std::optional<std::int64_t> at_ns) {
    const bool is_chosen = at_ns || options.failed || options.slowest || !options.list;
    std::vector<std::size_t> found;
    for (std::size_t index = 0; index < set.traces.size(); ++index) {
        const reports::TraceSpan& root = set.traces[index].root();
        if (is_chosen && !root.link_trace.empty()) continue;
        if (at_ns && (root.begin_ns > *at_ns || root.end_ns < *at_ns)) continue;
        if (options.failed && (!root.failed() || root.unfinished)) continue;
        found.push_back(index);
    }
    const auto slower = [&](std::size_t index) { return set.traces[index].root().duration_ns(); };
    if (options.slowest) std::ranges::stable_sort(found, std::greater<>(), slower);
    return found;
}

void list(const TraceSet& set, const std::vector<std::size_t>& wanted) {
    fmt::print("  {:>6}  {:32}  {:>10}  {:>12}  {:>6}  {:8}  {}\n", "number", "id", "at s",
               "takes ms", "spans", "kept for", "what");
    for (const std::size_t index : wanted) {
        const Trace& trace = set.traces[index];
        const reports::TraceSpan& root = trace.root();
        fmt::print("  {:>6}  {}  {:>10.3f}  {:>12.3f}  {:>6}  {:8}  {} {}\n", index + 1, trace.id,
                   static_cast<double>(root.begin_ns) / 1e9,
                   static_cast<double>(root.duration_ns()) / 1e6, trace.spans.size(),
                   reports::name_of(trace.kept_for), reports::printable(root.name),
                   root.unfinished ? "not finished" : root.outcome);
    }
    fmt::print("\n{}\n", kept_sentence(set));
}

// No value after a complaint; no time when none is asked for.
std::optional<std::optional<std::int64_t>> time_of(const TraceOptions& options) {
    if (options.at.empty()) return std::optional<std::int64_t>();
    const models::spec::Json text(options.at);
    models::spec::Problems problems;
    sim::Duration at{};
    if (models::spec::parse_quantity(models::spec::Cursor(text, problems), at)) {
        return std::optional<std::int64_t>(at.count());
    }
    complain(fmt::format("--at {}: {}\n    a time since the run began, as 372.5s or 6min",
                         reports::printable(options.at),
                         reports::printable(problems.sorted().front().message)));
    return std::nullopt;
}

// Of users' requests, the one that came nearest to that time.
std::size_t nearest(const TraceSet& set, std::int64_t at_ns) {
    const auto away = [&](const Trace& trace) {
        const std::int64_t by = std::abs(trace.root().begin_ns - at_ns);
        return trace.is_users() ? by : std::numeric_limits<std::int64_t>::max();
    };
    return static_cast<std::size_t>(std::ranges::min_element(set.traces, {}, away) -
                                    set.traces.begin());
}

int complain_of_none(const TraceSet& set, const TraceOptions& options,
                     std::optional<std::int64_t> at_ns) {
    const std::string folder = reports::printable(options.folder);
    if (!options.id.empty()) {
        complain(fmt::format("--id {}: there is no such trace\n    spate trace {} --list",
                             reports::printable(options.id), folder));
    } else if (at_ns && !options.failed) {
        const std::size_t found = nearest(set, *at_ns);
        complain(fmt::format(
            "no trace that was kept is of a request that was under way then\n"
            "    the nearest came at {:.3f} s: spate trace {} --id {}",
            static_cast<double>(set.traces[found].root().begin_ns) / 1e9, folder, found + 1));
    } else {
        complain(
            fmt::format("no trace that was kept is of a request that {}failed\n    spate trace "
                        "{} --list",
                        at_ns ? "was under way then and " : "", folder));
    }
    return kWrong;
}

int trace(const TraceOptions& options) {
    if (!options.id.empty() &&
        (options.slowest || options.failed || options.list || !options.at.empty())) {
        complain("--id names one trace: --slowest, --failed, --at and --list choose among all");
        return kWrong;
    }
    const auto at_ns = time_of(options);
    if (!at_ns) return kWrong;
    const auto set = read_trace_set(options.folder);
    if (!set) return kWrong;
    if (set->traces.empty()) {
        complain(
            "no request of this run was traced\n    spate run FILE --set run.traces.share=1% --out "
            "DIR");
        return kWrong;
    }
    std::vector<std::size_t> found;
    if (options.id.empty()) {
        TraceOptions which = options;
        which.slowest = options.slowest || !options.list;
        found = wanted(*set, which, *at_ns);
    } else if (const auto named = find(*set, options.id)) {
        found.push_back(*named);
    }
    if (found.empty()) return complain_of_none(*set, options, *at_ns);
    if (options.list) {
        list(*set, found);
    } else {
        fmt::print("{}", reports::trace_tree(*set, found.front()));
    }
    return kOk;
}

}  // namespace

Command trace_command(CLI::App& program) {
    auto options = std::make_shared<TraceOptions>();
    return CommandLine(program, "trace", "One request of a finished run, as a tree of its spans")
        .place("RUN-DIR", options->folder, "A folder that run --out wrote")
        .text("--id", options->id, "Its number, or how its id begins")
        .flag("--slowest", options->slowest,
              "The one that its user waited for longest (default); with --list, those first")
        .flag("--failed", options->failed, "Only of requests that failed")
        .text("--at", options->at, "Only of requests that were under way then: 6min, 372.5s")
        .flag("--list", options->list, "All that fit, a line each, and what was kept of how many")
        .footer(
            "Which requests are traced, the scenario says (run.traces). When there are more than\n"
            "run.traces.most, each part of the run keeps its slowest, some that failed and a "
            "random\nsample.\n\n"
            "  spate run shop.json --set run.traces.share=1% --out out\n"
            "  spate trace out --slowest\n"
            "  spate trace out --failed --at 6min --list")
        .runs([options] { return trace(*options); });
}

}  // namespace tools
