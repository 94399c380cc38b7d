#include "reports/traces/trace.h"

#include <fmt/format.h>

#include <array>
#include <bit>

#include "reports/words/numbers.h"

namespace reports {

namespace {

std::string hex(std::uint64_t value) {
    return fmt::format("{:016x}", value);
}

SpanAttribute spelt(const sim::Observed& observed, const sim::AttributeEntry& entry) {
    using EntryKind = sim::AttributeEntry::Kind;
    SpanAttribute attribute{std::string(observed.names[entry.key]), {}};
    switch (entry.kind) {
        case EntryKind::whole:
            attribute.value = static_cast<std::int64_t>(entry.bits);
            break;
        case EntryKind::real:
            attribute.value = std::bit_cast<double>(entry.bits);
            break;
        case EntryKind::name:
            attribute.value = std::string(observed.names[static_cast<sim::NameId>(entry.bits)]);
            break;
        case EntryKind::hex:
            attribute.value = hex(entry.bits);
            break;
    }
    return attribute;
}

std::vector<SpanAttribute> attributes_in(const sim::Observed& observed,
                                         const sim::EntryList& list) {
    std::vector<SpanAttribute> all;
    for (std::uint32_t at = list.first; at != sim::kNoEntry; at = observed.attributes[at].next) {
        all.push_back(spelt(observed, observed.attributes[at]));
    }
    return all;
}

std::vector<SpanEvent> events_in(const sim::Observed& observed, const sim::EntryList& list) {
    std::vector<SpanEvent> all;
    for (std::uint32_t at = list.first; at != sim::kNoEntry; at = observed.events[at].next) {
        const sim::EventEntry& event = observed.events[at];
        all.push_back({event.at, std::string(observed.names[event.name]),
                       attributes_in(observed, event.attributes)});
    }
    return all;
}

}  // namespace

std::string_view name_of(sim::SpanKind kind) {
    constexpr std::array<std::string_view, 3> kNames = {"internal", "server", "client"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::string_view name_of(sim::KeptFor kept_for) {
    constexpr std::array<std::string_view, 3> kNames = {"sample", "slowest", "failure"};
    return kNames[static_cast<std::size_t>(kept_for)];
}

std::string kept_sentence(const TraceSet& set) {
    if (set.chosen == 0) return {};
    const std::uint64_t traced = set.chosen - set.no_room;
    std::string text =
        set.kept == traced
            ? fmt::format("All {} traced requests are kept.", grouped(traced))
            : fmt::format(
                  "{} of {} traced requests are kept: of each {} of the run the {} slowest, {} "
                  "that failed and a random sample of the rest.",
                  grouped(set.kept), grouped(traced),
                  brief(static_cast<double>(set.window_ns) / 1e9), set.reserved, set.reserved);
    if (set.no_room > 0) {
        text += fmt::format(" {} more were not looked at, with as many as may be kept under way.",
                            grouped(set.no_room));
    }
    return text;
}

std::uint64_t TraceSet::spans() const {
    std::uint64_t sum = 0;
    for (const Trace& trace : traces) sum += trace.spans.size();
    return sum;
}

TraceSet trace_counts(const sim::Observed& observed) {
    TraceSet set;
    set.share = observed.share;
    set.requests = observed.requests;
    set.chosen = observed.chosen;
    set.kept = observed.kept;
    set.no_room = observed.no_room;
    set.reserved = observed.reserved;
    set.windows_from_ns = observed.windows_from.time_since_epoch().count();
    set.window_ns = observed.window.count();
    set.windows = observed.windows;
    return set;
}

// Spans of all traces come in the order in which they began, parents before children.
TraceSet traces_of(const sim::Recording& recording, std::int64_t starts_s) {
    if (!recording.observed) {
        TraceSet none;
        none.starts_s = starts_s;
        return none;
    }
    const sim::Observed& observed = *recording.observed;
    TraceSet set = trace_counts(observed);
    set.starts_s = starts_s;
    for (const sim::TraceInfo& info : observed.traces) {
        Trace& trace = set.traces.emplace_back();
        trace.id = hex(info.high) + hex(info.low);
        trace.dropped = info.dropped;
        trace.kept_for = info.kept_for;
    }
    std::vector<std::size_t> places(observed.spans.size());
    for (std::size_t index = 0; index < observed.spans.size(); ++index) {
        const sim::Span& span = observed.spans[index];
        Trace& trace = set.traces[span.trace];
        places[index] = trace.spans.size();
        TraceSpan& out = trace.spans.emplace_back();
        out.id = hex(span.id);
        if (span.parent != 0) out.parent = places[span.parent - 1];
        if (span.link != 0) {
            const sim::Span& behind = observed.spans[span.link - 1];
            out.link_trace = set.traces[behind.trace].id;
            out.link_span = hex(behind.id);
        }
        out.service = recording.nodes[span.node].name;
        out.instance = observed.instance_name(span.node, out.service, span.instance);
        out.kind = span.kind;
        out.name = observed.names[span.name];
        out.begin_ns = span.begin.time_since_epoch().count();
        out.end_ns = span.end.time_since_epoch().count();
        out.outcome = sim::kOutcomeNames[static_cast<std::size_t>(span.outcome)];
        if (span.cause != sim::Cause::none) {
            out.cause = sim::row_of(recording.causes, span.cause).name;
        }
        out.unfinished = !span.ended;
        out.outlived = span.outlived;
        out.attributes = attributes_in(observed, span.attributes);
        if (span.role != sim::kNoName) {
            out.attributes.push_back({std::string(kRole), std::string(observed.names[span.role])});
        }
        out.events = events_in(observed, span.events);
    }
    return set;
}

}  // namespace reports
