#include "sim/observer.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "sim/rng.h"

namespace sim {

namespace {

constexpr int kRandomBits = 56;  // of a trace's id, by which it is chosen (W3C Trace Context 2)
constexpr std::uint64_t kAll = std::uint64_t{1} << kRandomBits;

std::uint64_t threshold_of(double share) {
    const double rejected = std::clamp(1 - share, 0.0, 1.0);
    return static_cast<std::uint64_t>(std::ldexp(rejected, kRandomBits));
}

}  // namespace

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
    span.name = start.name;
    span.begin = span.end = scheduler_.now();
    const auto number = static_cast<SpanNumber>(observed_.spans.size());
    if (info.root == 0) info.root = number;
    return number;
}

SpanNumber Observer::begin_trace(std::uint64_t identity, Time intended, const Start& start) {
    if (is_over_) return 0;
    ++observed_.requests;
    const std::uint64_t low = request_key(stream_, identity);
    if (low % kAll < threshold_) return 0;
    ++observed_.chosen;
    if (observed_.chosen - observed_.beyond > plan_.traces) {
        ++observed_.beyond;
        return 0;
    }
    const SpanNumber root = add(add_trace(mix(low ^ identity), low), start);
    span(root).begin = intended;
    Draws draws(mix(low));
    for (const auto& [name, values] : plan_.attributes) {
        span(root).attributes.push_back({name, values.sample(draws)});
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
    event(number, "exception",
          {{"exception.type", std::string(kCauseNames[static_cast<std::size_t>(cause)])}});
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

void Observer::event(SpanNumber number, std::string name, std::vector<SpanAttribute> attributes) {
    if (is_over_ || number == 0) return;
    span(number).events.push_back({scheduler_.now(), std::move(name), std::move(attributes)});
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

void Observer::access(AccessLine line) {
    if (is_over_) return;
    if (observed_.accesses.size() >= plan_.lines) {
        ++observed_.accesses_beyond;
        return;
    }
    observed_.accesses.push_back(std::move(line));
}

void Observer::flow(const Flow& more) {
    if (is_over_) return;
    const auto interval =
        static_cast<std::uint32_t>(scheduler_.now().time_since_epoch() / plan_.flow_interval);
    if (interval != flow_number_) flows_.clear();
    flow_number_ = interval;
    const auto key = std::make_tuple(more.from, more.to, more.accepted);
    const auto [place, is_new] = flows_.try_emplace(key, observed_.flows.size());
    if (is_new) {
        Flow& flow = observed_.flows.emplace_back(more);
        flow.interval = interval;
        return;
    }
    Flow& flow = observed_.flows[place->second];
    flow.calls += more.calls;
    flow.bytes += more.bytes;
    flow.replied += more.replied;
}

Observed Observer::finish() {
    is_over_ = true;
    for (Span& each : observed_.spans) {
        if (each.ended) continue;
        each.end = scheduler_.now();
        each.outlived = each.parent != 0 && span(each.parent).ended;
    }
    return std::move(observed_);
}

}  // namespace sim
