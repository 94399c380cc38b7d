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

// What an instance does for a request, it does where the request is.
void inherit_instance(Span& span, const Span& from) {
    if (span.node != from.node) return;
    span.instance = from.instance;
    span.role = from.role;
}

// A list's entries when there are others before them.
void shift(std::uint32_t& entry, std::size_t by) {
    if (entry != kNoEntry) entry += static_cast<std::uint32_t>(by);
}
void shift(EntryList& list, std::size_t by) {
    shift(list.first, by);
    shift(list.last, by);
}

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15u;

}  // namespace

std::uint64_t Observer::threshold_of(double share) {
    const double rejected = std::clamp(1 - share, 0.0, 1.0);
    return static_cast<std::uint64_t>(std::ldexp(rejected, kRandomBits));
}

Observer::Observer(const Scheduler& scheduler, const Plan& plan, std::uint64_t stream)
    : scheduler_(scheduler),
      plan_(plan),
      stream_(stream),
      threshold_(threshold_of(plan.share)),
      kept_({plan.traces, plan.from, plan.length}) {
    observed_.share = plan.share;
    observed_.flow_interval = plan.flow_interval;
    for (std::size_t i = 0; i < kSpents; ++i) spent_[i] = name(kSpentNames[i]);
    for (const std::string_view word : plan.words) words_.push_back(name(word));
    exception_ = name("exception");
    exception_type_ = name("exception.type");
    for (const auto& [key, values] : plan.attributes) attributes_.emplace_back(name(key), values);
}

// --- spans begin ---

bool Observer::has_room(RequestSpans& request, std::uint32_t trace) {
    if (request.spans < plan_.spans && !store_.is_full()) [[likely]]
        return true;
    ++request.traces[trace].dropped;
    return false;
}

SpanStore::Added Observer::add(RequestSpans& request, std::uint32_t trace) {
    const SpanStore::Added added = store_.add(request);
    TraceInfo& info = request.traces[trace];
    added.span->id = std::max<std::uint64_t>(1, mix(info.low + ++info.spans * kGolden));
    added.span->trace = trace;
    if (info.root == 0) info.root = added.number;
    return added;
}

SpanStore::Added Observer::begin_span(RequestSpans& request, std::uint32_t trace,
                                      const Start& start) {
    const SpanStore::Added added = add(request, trace);
    added.span->node = start.node;
    added.span->kind = start.kind;
    added.span->name = start.name;
    added.span->begin = added.span->end = scheduler_.now();
    return added;
}

SpanNumber Observer::begin_trace(std::uint64_t identity, Time intended, const Start& start) {
    ++observed_.chosen;
    if (is_over_) return 0;
    if (open_ >= plan_.traces || store_.is_full()) {
        ++observed_.no_room;
        return 0;
    }
    ++open_;
    const std::uint64_t low = request_key(stream_, identity);
    RequestSpans& request = store_.open();
    request.luck = low % kAll;
    request.traces.push_back({.high = mix(low ^ identity), .low = low});
    const auto [number, root] = begin_span(request, 0, start);
    request.root = number;
    root->begin = intended;
    if (attributes_.empty()) return request.root;
    Draws draws(mix(low));
    for (const auto& [key, values] : attributes_) {
        attribute(request.root, {key, values.sample(draws)});
    }
    return request.root;
}

SpanNumber Observer::begin(SpanNumber parent, const Start& start) {
    const SpanBlock* const block = store_.block(parent);
    if (is_over_ || block == nullptr) return 0;
    const Span& above = block->spans[SpanStore::place(parent)];
    RequestSpans& request = *block->of;
    if (above.ended) return begin_linked(above, parent, request, start);
    if (!has_room(request, above.trace)) return 0;
    const auto [number, span] = begin_span(request, above.trace, start);
    span->parent = parent;
    inherit_instance(*span, above);
    return number;
}

SpanNumber Observer::begin_linked(SpanNumber behind, const Start& start) {
    const SpanBlock* const block = store_.block(behind);
    if (is_over_ || block == nullptr) return 0;
    return begin_linked(block->spans[SpanStore::place(behind)], behind, *block->of, start);
}

SpanNumber Observer::begin_linked(const Span& behind, SpanNumber number, RequestSpans& request,
                                  const Start& start) {
    if (!has_room(request, behind.trace)) return 0;
    const TraceInfo& from = request.traces[behind.trace];
    const std::uint64_t low = mix(from.low ^ behind.id ^ request.traces.size());
    request.traces.push_back({.high = mix(low ^ from.high), .low = low});
    const auto trace = static_cast<std::uint32_t>(request.traces.size() - 1);
    const auto [root, span] = begin_span(request, trace, start);
    span->link = number;
    inherit_instance(*span, behind);
    return root;
}

// --- and end ---

void Observer::end(SpanNumber number, Outcome outcome, Cause cause) {
    SpanBlock* const block = store_.block(number);
    if (is_over_ || block == nullptr) return;
    Span& ending = block->spans[SpanStore::place(number)];
    if (ending.ended) return;
    RequestSpans& request = *block->of;
    ending.ended = true;
    ending.outlived = ending.parent != 0 && store_.find(ending.parent)->ended;
    ending.end = scheduler_.now();
    ending.outcome = outcome;
    ending.cause = cause;
    if (outcome != Outcome::succeeded) {
        const NameId type = name(row_of(plan_.causes, cause).name);
        event(number, exception_, {{exception_type_, Name{type}}});
    }
    if (number == request.root) settle(request);
}

// Its user has his answer, or the run is over: it is kept, or another instead of it.
void Observer::settle(RequestSpans& request) {
    if (!std::exchange(request.is_open, false)) return;
    --open_;
    const Span& root = *store_.find(request.root);
    const bool failed = root.ended && root.outcome != Outcome::succeeded;
    const auto gone =
        kept_.take({request.slot, root.begin, root.end - root.begin, request.luck, failed});
    if (gone) store_.let_go(store_.at(*gone));
}

void Observer::spent(SpanNumber in, Spent what, Time from, Time to) {
    if (is_over_ || from >= to) return;
    const SpanBlock* const block = store_.block(in);
    if (block == nullptr) return;
    const Span& whole = block->spans[SpanStore::place(in)];
    if (whole.ended && whole.end < from) return;
    if (!has_room(*block->of, whole.trace)) return;
    Span* const stretch = add(*block->of, whole.trace).span;
    stretch->node = whole.node;
    stretch->name = spent_[static_cast<std::size_t>(what)];
    stretch->parent = in;
    stretch->outlived = whole.ended;
    stretch->instance = whole.instance;
    stretch->role = whole.role;
    stretch->begin = from;
    stretch->end = to;
    stretch->ended = true;
}

// --- what is said of them ---

void Observer::served_by(SpanNumber number, const ServedBy& who) {
    Span* const span = store_.find(number);
    if (is_over_ || span == nullptr || span->node != who.node) return;
    span->instance = who.instance;
    span->role = who.role.empty() ? kNoName : name(who.role);
}

void Observer::add_attribute(RequestSpans& request, EntryList& list, const Attribute& attribute) {
    AttributeEntry& entry = request.attributes.emplace_back();
    entry.key = attribute.key;
    if (const auto* whole = std::get_if<std::int64_t>(&attribute.value)) {
        entry.bits = static_cast<std::uint64_t>(*whole);
    } else if (const auto* real = std::get_if<double>(&attribute.value)) {
        entry.kind = AttributeEntry::Kind::real;
        entry.bits = std::bit_cast<std::uint64_t>(*real);
    } else if (const auto* text = std::get_if<Name>(&attribute.value)) {
        entry.kind = AttributeEntry::Kind::name;
        entry.bits = text->id;
    } else {
        entry.kind = AttributeEntry::Kind::hex;
        entry.bits = std::get<Hex>(attribute.value).value;
    }
    append(list, request.attributes);
}

void Observer::attribute(SpanNumber number, const Attribute& attribute) {
    SpanBlock* const block = store_.block(number);
    if (is_over_ || block == nullptr) return;
    add_attribute(*block->of, block->spans[SpanStore::place(number)].attributes, attribute);
}

void Observer::event(SpanNumber number, NameId name, std::initializer_list<Attribute> attributes) {
    SpanBlock* const block = store_.block(number);
    if (is_over_ || block == nullptr) return;
    RequestSpans& request = *block->of;
    EventEntry event;
    event.at = scheduler_.now();
    event.name = name;
    for (const Attribute& each : attributes) add_attribute(request, event.attributes, each);
    request.events.push_back(event);
    append(block->spans[SpanStore::place(number)].events, request.events);
}

void Observer::has_instances(std::uint32_t node, std::vector<std::string> names) {
    if (observed_.instances.size() <= node) observed_.instances.resize(node + 1);
    observed_.instances[node] = std::move(names);
}

void Observer::has_endpoints(std::uint32_t node, std::map<std::uint32_t, std::string> names) {
    if (observed_.endpoints.size() <= node) observed_.endpoints.resize(node + 1);
    if (endpoints_.size() <= node) endpoints_.resize(node + 1);
    for (const auto& [id, text] : names) endpoints_[node][id] = name(text);
    observed_.endpoints[node] = std::move(names);
}

NameId Observer::name_of(std::uint32_t node, std::uint32_t endpoint, std::string_view otherwise) {
    if (node >= endpoints_.size()) return name(otherwise);
    const auto found = endpoints_[node].find(endpoint);
    return found == endpoints_[node].end() ? name(otherwise) : found->second;
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

// --- the end of the run ---

std::string Observed::instance_name(std::uint32_t node, const std::string& name,
                                    std::uint32_t instance) const {
    if (instance == kNoInstance) return name;
    const bool is_named = node < instances.size() && instance < instances[node].size();
    return is_named ? instances[node][instance] : name + "[" + std::to_string(instance) + "]";
}

Observed Observer::finish() {
    for (RequestSpans* const request : store_.requests()) close(*request);
    for (RequestSpans* const request : store_.requests()) settle(*request);
    is_over_ = true;
    std::map<std::uint32_t, KeptFor> why;
    for (const auto& [slot, kept_for] : kept_.kept()) why.emplace(slot, kept_for);
    for (RequestSpans* const request : store_.requests()) list(*request, why.at(request->slot));
    for (std::size_t i = 0; i < observed_.accesses.size(); ++i) {
        SpanNumber& span = observed_.accesses[i].span;
        span = listed(span);
    }
    observed_.kept = why.size();
    if (plan_.share > 0) {
        observed_.windows_from = plan_.from;
        observed_.window = kept_.window();
        observed_.reserved = kept_.reserved();
        observed_.windows = kept_.windows();
    }
    return std::move(observed_);
}

// What is under way at the end of the run has taken so long until then.
void Observer::close(RequestSpans& request) {
    store_.for_each(request, [&](Span& each) {
        if (each.ended) return;
        each.end = scheduler_.now();
        each.outlived = each.parent != 0 && store_.find(each.parent)->ended;
    });
}

// Where it is in the recording; 0 when it is not.
SpanNumber Observer::listed(SpanNumber number) const {
    const SpanBlock* const block = store_.block(number);
    return block == nullptr ? 0 : block->first + SpanStore::place(number) + 1;
}

// Into the recording: what counted from the begin of the request now counts from that of all.
void Observer::list(RequestSpans& request, KeptFor why) {
    const std::size_t traces = observed_.traces.size();
    const std::size_t attributes = observed_.attributes.size();
    const std::size_t events = observed_.events.size();
    auto first = static_cast<std::uint32_t>(observed_.spans.size());
    for (SpanBlock* const block : request.blocks) {
        block->first = std::exchange(first, first + SpanBlock::kSpans);
    }
    store_.for_each(request, [&](const Span& each) {
        Span& span = observed_.spans.push_back(each);
        span.trace += static_cast<std::uint32_t>(traces);
        span.parent = listed(each.parent);
        span.link = listed(each.link);
        shift(span.attributes, attributes);
        shift(span.events, events);
    });
    for (TraceInfo info : request.traces) {
        info.root = listed(info.root);
        info.kept_for = why;
        observed_.traces.push_back(info);
    }
    for (AttributeEntry entry : request.attributes) {
        shift(entry.next, attributes);
        observed_.attributes.push_back(entry);
    }
    for (EventEntry entry : request.events) {
        shift(entry.next, events);
        shift(entry.attributes, attributes);
        observed_.events.push_back(entry);
    }
}

}  // namespace sim
