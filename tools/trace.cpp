// spate trace: one request of a finished run, as a tree.
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "reports/render/terminal.h"
#include "reports/traces/terminal_tree.h"
#include "tools/command_line.h"
#include "tools/traces.h"

namespace tools {

namespace {

struct TraceOptions {
    std::string folder;
    std::string id;
    bool slowest = false;
    bool list = false;
};

// A number counts them from 1; anything else is how a trace's id begins.
std::optional<std::size_t> find(const reports::TraceSet& set, const std::string& id) {
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

// What one waits for in the background is not what users waited for.
std::size_t slowest(const reports::TraceSet& set) {
    const auto waited = [](const reports::Trace& trace) {
        return trace.root().link_trace.empty() ? trace.root().duration_ns() : -1;
    };
    const auto found = std::ranges::max_element(set.traces, {}, waited);
    return static_cast<std::size_t>(found - set.traces.begin());
}

void list(const reports::TraceSet& set) {
    fmt::print("  {:>6}  {:32}  {:>12}  {:>6}  {}\n", "number", "id", "takes ms", "spans", "what");
    for (std::size_t index = 0; index < set.traces.size(); ++index) {
        const reports::Trace& trace = set.traces[index];
        fmt::print("  {:>6}  {}  {:>12.3f}  {:>6}  {} {}\n", index + 1, trace.id,
                   static_cast<double>(trace.root().duration_ns()) / 1e6, trace.spans.size(),
                   reports::printable(trace.root().name), trace.root().outcome);
    }
}

int trace(const TraceOptions& options) {
    if ((!options.id.empty() + options.slowest + options.list) > 1) {
        complain("--id, --slowest and --list exclude each other");
        return kWrong;
    }
    const auto set = read_trace_set(options.folder);
    if (!set) return kWrong;
    if (set->traces.empty()) {
        complain(
            "no request of this run was traced\n    spate run FILE --set run.traces.share=1% --out "
            "DIR");
        return kWrong;
    }
    if (options.list) {
        list(*set);
        return kOk;
    }
    const auto found = options.id.empty() ? slowest(*set) : find(*set, options.id);
    if (!found) {
        complain(fmt::format("--id {}: there is no such trace\n    spate trace {} --list",
                             reports::printable(options.id), reports::printable(options.folder)));
        return kWrong;
    }
    fmt::print("{}", reports::trace_tree(*set, *found));
    return kOk;
}

}  // namespace

Command trace_command(CLI::App& program) {
    auto options = std::make_shared<TraceOptions>();
    return CommandLine(program, "trace", "One request of a finished run, as a tree of its spans")
        .place("RUN-DIR", options->folder, "A folder that run --out wrote")
        .text("--id", options->id, "Its number, or how its id begins")
        .flag("--slowest", options->slowest, "The one that its user waited for longest (default)")
        .flag("--list", options->list, "All of them, a line each")
        .footer(
            "Which requests are traced, the scenario says (run.traces).\n\n"
            "  spate run shop.json --set run.traces.share=1% --out out\n"
            "  spate trace out --slowest")
        .runs([options] { return trace(*options); });
}

}  // namespace tools
