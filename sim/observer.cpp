#include "sim/observer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace sim {

namespace {

// Links an entry that was just added to the end of a list.
template <class Entries>
void append(EntryList& list, Entries& entries) {
    const auto last = static_cast<std::uint32_t>(entries.size() - 1);
    if (list.first == kNoEntry) {
        list.first = last;
    } else {
        entries[list.last].next = last;
    }
    list.last = last;
}

}  // namespace

std::uint64_t Observer::threshold_of(double share) {
    const double rejected = std::clamp(1 - share, 0.0, 1.0);
    return static_cast<std::uint64_t>(std::ldexp(rejected, kRandomBits));
}

Observer::Observer(const Scheduler& scheduler, const Plan& plan, std::uint64_t stream)
    : scheduler_(scheduler), plan_(plan), stream_(stream), threshold_(threshold_of(plan.share)) {
    observed_.share = plan.share;
    observed_.flow_interval = plan.flow_interval;
}

std::uint32_t Observer::add_trace(std::uint64_t high, std::uint64_t low) {
    TraceInfo trace;
    trace.high = high;
    trace.low = low;
    observed_.traces.push_back(trace);
    return static_cast<std::uint32_t>(observed_.traces.size() - 1);
}

SpanNumber Observer::add(std::uint32_t trace, const Start& start) {
    TraceInfo& info = observed_.traces[trace];
    Span& span = observed_.spans.emplace_back();
    span.id = std::max<std::uint64_t>(1, mix(info.low + ++info.spans * 0x9e3779b97f4a7c15u));
    span.trace = trace;
    span.node = start.node;
    span.kind = start.kind;
    span.name = observed_.names.of(start.name);
    span.begin = span.end = scheduler_.now();
    const auto number = static_cast<SpanNumber>(observed_.spans.size());
    if (info.root == 0) info.root = number;
    return number;
}

SpanNumber Observer::begin_trace(std::uint64_t identity, Time intended, const Start& start) {
    ++observed_.chosen;
    if (observed_.chosen - observed_.beyond > plan_.traces) {
        ++observed_.beyond;
        return 0;
    }
    const std::uint64_t low = request_key(stream_, identity);
    const SpanNumber root = add(add_trace(mix(low ^ identity), low), start);
    span(root).begin = intended;
    if (plan_.attributes.empty()) return root;
    Draws draws(mix(low));
    for (const auto& [key, values] : plan_.attributes) {
        attribute(root, {key, values.sample(draws)});
    }
    return root;
}

SpanNumber Observer::begin(SpanNumber parent, const Start& start) {
    if (is_over_ || parent == 0) return 0;
    if (span(parent).ended) return begin_linked(parent, start);
    const std::uint32_t trace = span(parent).trace;
    if (observed_.traces[trace].spans >= plan_.spans) {
        ++observed_.traces[trace].dropped;
        return 0;
    }
    const SpanNumber number = add(trace, start);
    span(number).parent = parent;
    inherit_instance(number, parent);
    return number;
}

// What an instance does for a request, it does where the request is.
void Observer::inherit_instance(SpanNumber number, SpanNumber from) {
    if (span(number).node == span(from).node) span(number).instance = span(from).instance;
}

SpanNumber Observer::begin_linked(SpanNumber behind, const Start& start) {
    if (is_over_ || behind == 0) return 0;
    TraceInfo& from = observed_.traces[span(behind).trace];
    if (observed_.traces.size() >= std::size_t{2} * plan_.traces) {
        ++from.dropped;
        return 0;
    }
    const std::uint64_t low = mix(from.low ^ span(behind).id ^ observed_.traces.size());
    const SpanNumber root = add(add_trace(mix(low ^ from.high), low), start);
    span(root).link = behind;
    inherit_instance(root, behind);
    return root;
}

void Observer::end(SpanNumber number, Outcome outcome, Cause cause) {
    if (is_over_ || number == 0) return;
    Span& ending = span(number);
    if (ending.ended) return;
    ending.ended = true;
    ending.outlived = ending.parent != 0 && span(ending.parent).ended;
    ending.end = scheduler_.now();
    ending.outcome = outcome;
    ending.cause = cause;
    if (outcome == Outcome::succeeded) return;
    event(number, "exception", {{"exception.type", kCauseNames[static_cast<std::size_t>(cause)]}});
}

void Observer::spent(SpanNumber in, Spent what, Time from, Time to) {
    if (is_over_ || from >= to) return;
    const Span& whole = span(in);
    if (whole.ended && whole.end < from) return;
    const std::string_view name = kSpentNames[static_cast<std::size_t>(what)];
    if (observed_.traces[whole.trace].spans >= plan_.spans) {
        ++observed_.traces[whole.trace].dropped;
        return;
    }
    const SpanNumber number = add(whole.trace, {SpanKind::internal, whole.node, name});
    Span& stretch = span(number);
    stretch.parent = in;
    stretch.outlived = span(in).ended;
    stretch.instance = span(in).instance;
    stretch.begin = from;
    stretch.end = to;
    stretch.ended = true;
}

void Observer::add_attribute(EntryList& list, const Attribute& attribute) {
    AttributeEntry& entry = observed_.attributes.emplace_back();
    entry.key = observed_.names.of(attribute.key);
    if (const auto* whole = std::get_if<std::int64_t>(&attribute.value)) {
        entry.bits = static_cast<std::uint64_t>(*whole);
    } else if (const auto* real = std::get_if<double>(&attribute.value)) {
        entry.kind = AttributeEntry::Kind::real;
        entry.bits = std::bit_cast<std::uint64_t>(*real);
    } else if (const auto* text = std::get_if<std::string_view>(&attribute.value)) {
        entry.kind = AttributeEntry::Kind::name;
        entry.bits = observed_.names.of(*text);
    } else {
        entry.kind = AttributeEntry::Kind::hex;
        entry.bits = std::get<Hex>(attribute.value).value;
    }
    append(list, observed_.attributes);
}

void Observer::attribute(SpanNumber number, const Attribute& attribute) {
    add_attribute(span(number).attributes, attribute);
}

void Observer::event(SpanNumber number, std::string_view name,
                     std::initializer_list<Attribute> attributes) {
    if (is_over_ || number == 0) return;
    EventEntry& event = observed_.events.emplace_back();
    event.at = scheduler_.now();
    event.name = observed_.names.of(name);
    for (const Attribute& each : attributes) add_attribute(event.attributes, each);
    append(span(number).events, observed_.events);
}

void Observer::has_endpoints(std::uint32_t node, std::vector<std::string> names) {
    if (observed_.endpoints.size() <= node) observed_.endpoints.resize(node + 1);
    observed_.endpoints[node] = std::move(names);
}

std::string_view Observer::name_of(std::uint32_t node, std::uint32_t endpoint,
                                   std::string_view otherwise) const {
    if (node >= observed_.endpoints.size()) return otherwise;
    const std::vector<std::string>& names = observed_.endpoints[node];
    return endpoint < names.size() ? std::string_view(names[endpoint]) : otherwise;
}

void Observer::access(const AccessLine& line) {
    if (is_over_) return;
    if (observed_.accesses.size() >= plan_.lines) {
        ++observed_.accesses_beyond;
        return;
    }
    observed_.accesses.push_back(line);
}

void Observer::flow(const Flow& more) {
    if (is_over_) return;
    const auto interval =
        static_cast<std::uint32_t>(scheduler_.now().time_since_epoch() / plan_.flow_interval);
    if (interval != flow_number_) flows_.clear();
    flow_number_ = interval;
    const auto key = std::make_tuple(more.from.name, more.to.name, more.is_answer, more.accepted);
    const auto [place, is_new] = flows_.try_emplace(key, observed_.flows.size());
    if (is_new) {
        Flow& flow = observed_.flows.emplace_back(more);
        flow.interval = interval;
        return;
    }
    Flow& flow = observed_.flows[place->second];
    flow.packets += more.packets;
    flow.bytes += more.bytes;
}

Observed Observer::finish() {
    is_over_ = true;
    for (std::size_t i = 0; i < observed_.spans.size(); ++i) {
        Span& each = observed_.spans[i];
        if (each.ended) continue;
        each.end = scheduler_.now();
        each.outlived = each.parent != 0 && span(each.parent).ended;
    }
    return std::move(observed_);
}

}  // namespace sim
