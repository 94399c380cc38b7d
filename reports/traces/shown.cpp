#include "reports/traces/shown.h"

#include <algorithm>
#include <optional>

#include "reports/traces/tree.h"

namespace reports {

namespace {

constexpr std::size_t kMostRows = 80;

std::optional<std::size_t> slowest(const TraceSet& set) {
    std::optional<std::size_t> found;
    std::int64_t longest = -1;
    for (std::size_t index = 0; index < set.traces.size(); ++index) {
        const Trace& each = set.traces[index];
        if (!each.is_users() || each.root().duration_ns() <= longest) continue;
        longest = each.root().duration_ns();
        found = index;
    }
    return found;
}

// By duration, of those that ended like that. Those that are there for what they were count only
// where there is no other.
std::optional<std::size_t> median(const TraceSet& set, bool failed, const auto& is_taken) {
    std::vector<std::size_t> sample;
    std::vector<std::size_t> all;
    for (std::size_t index = 0; index < set.traces.size(); ++index) {
        const Trace& each = set.traces[index];
        const bool fits = each.is_users() && !each.root().unfinished;
        if (!fits || each.root().failed() != failed || is_taken(index)) continue;
        all.push_back(index);
        if (each.kept_for == sim::KeptFor::sample) sample.push_back(index);
    }
    std::vector<std::size_t>& from = sample.empty() ? all : sample;
    if (from.empty()) return std::nullopt;
    const auto middle = from.begin() + static_cast<std::ptrdiff_t>(from.size() / 2);
    std::ranges::nth_element(from, middle, {}, [&](std::size_t index) {
        return std::pair(set.traces[index].root().duration_ns(), index);
    });
    return *middle;
}

// What is drawn of a large one: its longest spans, and those that they are in.
std::vector<bool> chosen_spans(const Trace& trace) {
    std::vector<std::size_t> order(trace.spans.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, std::greater<>(),
                             [&](std::size_t span) { return trace.spans[span].duration_ns(); });
    std::vector<bool> chosen(order.size());
    std::size_t rows = 0;
    for (const std::size_t each : order) {
        if (rows >= kMostRows) break;
        for (std::size_t span = each; span < order.size() && !chosen[span];
             span = trace.spans[span].parent) {
            chosen[span] = true;
            ++rows;
        }
    }
    return chosen;
}

class SpanRows {
public:
    explicit SpanRows(const Trace& trace)
        : trace_(trace), children_(children_of(trace)), chosen_(chosen_spans(trace)) {
        critical_.resize(trace.spans.size());
        for (const CriticalStretch& each : critical_path(trace)) {
            const std::int64_t begin = trace.root().begin_ns;
            critical_[each.span].push_back({each.begin_ns - begin, each.end_ns - begin});
        }
    }

    std::vector<ShownSpan> from_root() {
        add(0, 0);
        return std::move(rows_);
    }

private:
    void add(std::size_t span, std::size_t depth) {
        if (!chosen_[span]) return;
        rows_.push_back({trace_.spans[span], depth, critical_[span]});
        for (const std::size_t child : children_[span]) add(child, depth + 1);
    }

    const Trace& trace_;
    std::vector<std::vector<std::size_t>> children_;
    std::vector<bool> chosen_;
    std::vector<std::vector<ShownSpan::Stretch>> critical_;
    std::vector<ShownSpan> rows_;
};

}  // namespace

ShownTraces shown_traces(const TraceSet& set) {
    ShownTraces shown{kept_sentence(set), {}};
    std::vector<std::size_t> taken;
    const auto is_taken = [&](std::size_t index) {
        return std::ranges::find(taken, index) != taken.end();
    };
    const auto show = [&](const char* which, std::optional<std::size_t> index) {
        if (!index) return;
        taken.push_back(*index);
        const Trace& trace = set.traces[*index];
        ShownTrace& added = shown.traces.emplace_back();
        added.which = which;
        added.id = trace.id;
        added.number = *index + 1;
        added.spans = SpanRows(trace).from_root();
        added.left_out = trace.spans.size() - added.spans.size() + trace.dropped;
    };
    show("slowest", slowest(set));
    show("typical", median(set, false, is_taken));
    show("failed", median(set, true, is_taken));
    return shown;
}

}  // namespace reports
