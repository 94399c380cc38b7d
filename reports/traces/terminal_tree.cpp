#include "reports/traces/terminal_tree.h"

#include <fmt/format.h>

#include "reports/traces/tree.h"
#include "reports/words/terminal.h"

namespace reports {

namespace {

std::string milliseconds(std::int64_t ns) {
    return fmt::format("{:.3f}", static_cast<double>(ns) / 1e6);
}

class Tree {
public:
    explicit Tree(const Trace& trace)
        : trace_(trace), children_(children_of(trace)), critical_(critical_ns(trace)) {}

    std::string draw() {
        text_ = fmt::format("  {:>12}  {:>12}  {:>12}\n", "begins ms", "takes ms", "waited for");
        add(0, "", "");
        return std::move(text_);
    }

private:
    void add(std::size_t index, const std::string& here, const std::string& below) {
        const TraceSpan& span = trace_.spans[index];
        const std::int64_t own = critical_[index];
        text_ += fmt::format("{} {:>12}  {:>12}  {:>12}  {}{}\n", own > 0 ? "*" : " ",
                             milliseconds(span.begin_ns - trace_.root().begin_ns),
                             milliseconds(span.duration_ns()), own > 0 ? milliseconds(own) : "",
                             here, words_of(span));
        const std::vector<std::size_t>& children = children_[index];
        for (const std::size_t child : children) {
            const bool is_last = child == children.back();
            add(child, below + (is_last ? "└─ " : "├─ "), below + (is_last ? "   " : "│  "));
        }
    }

    // "replica", or "server" where there are no roles.
    static std::string role_of(const TraceSpan& span) {
        for (const SpanAttribute& each : span.attributes) {
            if (each.key == kRole) return printable(std::get<std::string>(each.value));
        }
        return std::string(name_of(span.kind));
    }

    static std::string words_of(const TraceSpan& span) {
        std::string words = printable(span.name);
        if (span.kind != sim::SpanKind::internal) {
            words += fmt::format(" [{} {}]", printable(span.instance), role_of(span));
        }
        if (span.failed()) {
            words += fmt::format(" {}{}", span.outcome,
                                 span.cause.empty() ? "" : ": " + printable(span.cause));
        }
        if (span.outlived) words += " (nobody waited for it)";
        if (span.unfinished) words += " (not finished)";
        return words;
    }

    const Trace& trace_;
    std::vector<std::vector<std::size_t>> children_;
    std::vector<std::int64_t> critical_;
    std::string text_;
};

// What was left behind by this trace, to be done later.
std::string left_behind(const TraceSet& set, const Trace& trace) {
    std::string text;
    for (const Trace& each : set.traces) {
        if (each.root().link_trace != trace.id) continue;
        text += fmt::format("  left behind: trace {} \"{}\", {} ms\n", each.id,
                            printable(each.root().name), milliseconds(each.root().duration_ns()));
    }
    return text;
}

}  // namespace

std::string trace_tree(const TraceSet& set, std::size_t index) {
    const Trace& trace = set.traces[index];
    const TraceSpan& root = trace.root();
    std::string text =
        fmt::format("trace {} ({} of {}): {} of {}, {} ms, {}, {} spans, at {:.3f} s\n\n", trace.id,
                    index + 1, set.traces.size(), printable(root.name), printable(root.service),
                    milliseconds(root.duration_ns()), root.outcome, trace.spans.size(),
                    static_cast<double>(root.begin_ns) / 1e9);
    text += Tree(trace).draw();
    if (!root.link_trace.empty()) text += fmt::format("  left by trace {}\n", root.link_trace);
    text += left_behind(set, trace);
    if (trace.dropped > 0) text += fmt::format("  {} more spans were not kept\n", trace.dropped);
    return text + "\n  * the request waited for it (critical path)\n  " + kept_sentence(set) + "\n";
}

}  // namespace reports
