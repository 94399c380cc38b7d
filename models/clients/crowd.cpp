#include "models/clients/crowd.h"

#include <algorithm>
#include <limits>

namespace models {

namespace {

// Nothing to choose from needs no table, and no draw.
template <class List, class Weight>
std::optional<sim::AliasTable> table_of(const List& list, Weight weight) {
    std::vector<double> weights;
    for (const auto& each : list) weights.push_back(weight(each));
    if (weights.size() < 2) return std::nullopt;
    return sim::AliasTable(weights);
}

std::uint32_t size_of(double bytes) {
    constexpr double kMost = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp(bytes, 0.0, kMost));
}

}  // namespace

Crowd::Crowd(const Population& population, const ClientCalls& calls, const Context& context)
    : people_(population.people),
      network_(population.network),
      people_per_address_(population.people_per_address),
      keys_(Keys::build(population.keys)),
      segment_table_(
          table_of(population.segments, [](const auto& entry) { return entry.second.weight; })),
      locale_table_(
          table_of(population.locales, [](const auto& entry) { return entry.second.weight; })),
      calls_(calls.list),
      call_table_(table_of(calls.list, [](const ClientCall& call) { return call.weight; })),
      requests_(context.stream("requests")),
      details_(context.stream("what requests carry")),
      persons_(context.stream("people")) {
    for (const auto& [name, segment] : population.segments) {
        segments_.push_back(segment);
        segment_numbers_.push_back(context.world.segments.number_of(name));
    }
    for (const auto& [name, locale] : population.locales) {
        locale_numbers_.push_back(context.world.locales.number_of(name));
    }
    for (const ClientCall& call : calls_) sizes_.push_back(sizes_of(call));
}

Crowd::Sizes Crowd::sizes_of(const ClientCall& call) {
    const sim::Distribution request = call.bytes.build();
    const sim::Distribution answer = call.answer.build();
    return {request, answer, request.is_constant() && answer.is_constant(), size_of(request.mean()),
            size_of(answer.mean())};
}

std::uint64_t Crowd::anybody(std::uint64_t number) const {
    if (people_ == 0) return number;
    return sim::Draws(sim::request_key(persons_ ^ 1, number)).below(people_);
}

void Crowd::follow(const Trace& trace) {
    trace_ = &trace;
    for (const std::string& endpoint : trace.endpoints) {
        const auto call = std::ranges::find(calls_, endpoint, &ClientCall::title);
        traced_calls_.push_back(static_cast<std::uint32_t>(call - calls_.begin()));
    }
}

void Crowd::overwrite(Asked& asked, const TracedRequest& as) const {
    if (trace_->has_endpoint) asked.call = traced_calls_[as.endpoint];
    if (trace_->has_key) asked.request.key = as.key;
    if (trace_->has_address) asked.request.address = as.address;
    if (trace_->has_bytes) asked.request.bytes = as.bytes;
    if (trace_->has_write) asked.request.is_write = as.is_write;
}

Crowd::Asked Crowd::ask(std::uint64_t number, std::uint64_t person, const TracedRequest* as) const {
    if (as != nullptr && trace_->has_user) person = as->user;
    const auto user = static_cast<std::uint32_t>(people_ == 0 ? person : person % people_);
    sim::Draws draws(sim::request_key(details_, number));
    Asked asked;
    std::size_t segment = 0;
    std::size_t locale = 0;
    if (segment_table_ || locale_table_) {
        sim::Draws personal(sim::request_key(persons_, user));
        if (segment_table_) segment = segment_table_->sample(personal);
        if (locale_table_) locale = locale_table_->sample(personal);
    }
    asked.segment = static_cast<std::uint32_t>(segment);
    asked.locale = static_cast<std::uint32_t>(locale);
    asked.call = static_cast<std::uint32_t>(call_table_ ? call_table_->sample(draws) : 0);
    const ClientCall& call = calls_[asked.call];

    Request& request = asked.request;
    request.identity = sim::request_key(requests_, number);
    request.operation = std::max<std::uint64_t>(request.identity, 1);
    request.key = keys_->pick(draws, number);
    request.is_write = call.writes.value > 0 && draws.chance(call.writes.value);
    const Sizes& sizes = sizes_[asked.call];
    request.bytes = sizes.constant_request;
    asked.answer = sizes.constant_answer;
    if (!sizes.are_constant) [[unlikely]] {
        request.bytes = size_of(sizes.request.sample(draws));
        asked.answer = size_of(sizes.answer.sample(draws));
    }
    request.user = user;
    request.address = address_of(user);
    if (!segment_numbers_.empty()) request.segment = segment_numbers_[segment];
    if (!locale_numbers_.empty()) request.locale = locale_numbers_[locale];
    const std::int32_t from_segment = segments_.empty() ? 0 : segments_[segment].priority;
    request.priority = sim::Priority{call.priority != 0 ? call.priority : from_segment};
    if (as != nullptr) overwrite(asked, *as);
    return asked;
}

// Scattered over the network, no two alike until it is full: multiplying by an odd number permutes
// what fits into so many bits.
std::uint32_t Crowd::address_of(std::uint32_t person) const {
    constexpr std::uint32_t kScatter = 0x9e3779b1U;  // odd, near 2^32 / golden ratio
    const std::uint32_t household =
        people_per_address_ == 1 ? person : person / people_per_address_;
    const std::uint64_t hosts = std::uint64_t{1} << (32 - network_.prefix);
    return network_.address | static_cast<std::uint32_t>((household * kScatter) & (hosts - 1));
}

}  // namespace models
