#include "reports/traces/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace reports {

namespace {

// Children lie after their parents, so one that is in a trace that is no tree cannot go in circles.
class Walk {
public:
    explicit Walk(const Trace& trace) : trace_(trace), children_(children_of(trace)) {
        for (std::vector<std::size_t>& each : children_) {
            std::ranges::stable_sort(each, {},
                                     [&](std::size_t child) { return trace_.spans[child].end_ns; });
        }
    }

    std::vector<CriticalStretch> from_root() {
        if (!trace_.spans.empty()) visit(0);
        std::ranges::reverse(stretches_);
        return std::move(stretches_);
    }

private:
    void visit(std::size_t span) {
        std::int64_t until = trace_.spans[span].end_ns;
        const auto& children = children_[span];
        for (auto child = children.rbegin(); child != children.rend(); ++child) {
            const TraceSpan& each = trace_.spans[*child];
            if (each.end_ns > until || each.duration_ns() == 0) continue;
            add(span, each.end_ns, until);
            visit(*child);
            until = each.begin_ns;
        }
        add(span, trace_.spans[span].begin_ns, until);
    }

    void add(std::size_t span, std::int64_t begin, std::int64_t end) {
        if (end != begin) stretches_.push_back({span, begin, end});
    }

    const Trace& trace_;
    std::vector<std::vector<std::size_t>> children_;
    std::vector<CriticalStretch> stretches_;
};

}  // namespace

std::vector<std::vector<std::size_t>> children_of(const Trace& trace) {
    std::vector<std::vector<std::size_t>> children(trace.spans.size());
    for (std::size_t index = 0; index < trace.spans.size(); ++index) {
        const std::size_t parent = trace.spans[index].parent;
        if (parent < index) children[parent].push_back(index);
    }
    return children;
}

std::vector<CriticalStretch> critical_path(const Trace& trace) {
    return Walk(trace).from_root();
}

std::vector<std::int64_t> critical_ns(const Trace& trace) {
    std::vector<std::int64_t> own(trace.spans.size());
    for (const CriticalStretch& each : critical_path(trace)) {
        own[each.span] += each.end_ns - each.begin_ns;
    }
    return own;
}

std::string trouble_with(const Trace& trace) {
    if (trace.spans.empty()) return "there is no root";
    std::set<std::string> ids;
    for (std::size_t index = 0; index < trace.spans.size(); ++index) {
        const TraceSpan& span = trace.spans[index];
        const auto trouble = [&](std::string_view what) {
            return fmt::format("span {} \"{}\" of {}: {}", span.id, span.name, span.service, what);
        };
        if (!ids.insert(span.id).second) return trouble("another has its id");
        if (span.end_ns < span.begin_ns) return trouble("it ends before it begins");
        if (index == 0 && span.parent != kNoSpan) return trouble("the root has a parent");
        if (index == 0) continue;
        if (span.parent >= index) return trouble("it is not connected to the root");
        const TraceSpan& parent = trace.spans[span.parent];
        if (span.begin_ns < parent.begin_ns) return trouble("it begins before its parent");
        if (span.begin_ns > parent.end_ns) return trouble("it begins after its parent's end");
        if (span.end_ns > parent.end_ns && !span.outlived) return trouble("it outlives its parent");
    }
    std::int64_t sum = 0;
    for (const CriticalStretch& each : critical_path(trace)) sum += each.end_ns - each.begin_ns;
    if (sum != trace.root().duration_ns()) {
        return fmt::format("the critical path is {} ns of {} ns", sum, trace.root().duration_ns());
    }
    return {};
}

}  // namespace reports
