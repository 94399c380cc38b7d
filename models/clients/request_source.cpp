#include "models/clients/request_source.h"

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

RequestSource::RequestSource(const Population& population, const ClientCalls& calls,
                             const Context& context)
    : people_(population.people),
      network_(population.network.address),
      hosts_(
          static_cast<std::uint32_t>((std::uint64_t{1} << (32 - population.network.prefix)) - 1)),
      first_host_(static_cast<std::uint32_t>(context.world.scatter)),
      people_per_address_(population.people_per_address),
      keys_(Keys::build(population.keys)),
      segment_table_(
          table_of(population.segments, [](const auto& entry) { return entry.second.weight; })),
      locale_table_(
          table_of(population.locales, [](const auto& entry) { return entry.second.weight; })),
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
    for (const ClientCall& call : calls.list) {
        titles_.push_back(call.title());
        kinds_.push_back(kind_of(call));
    }
    const Kind& first = kinds_.front();
    varies_ = segment_table_ || locale_table_ || call_table_ || !keys_->is_constant() ||
              first.writes > 0 || !first.has_constant_sizes;
    sim::Draws none(0);
    if (keys_->is_constant()) blank_.key = keys_->pick(none, 0);
    stand_for(blank_, all_);
}

RequestSource::Kind RequestSource::kind_of(const ClientCall& call) {
    const sim::Distribution sizes = call.bytes.build();
    const sim::Distribution answers = call.answer.build();
    return {call.writes.value,
            call.priority,
            sizes,
            answers,
            sizes.is_constant() && answers.is_constant(),
            size_of(sizes.mean()),
            size_of(answers.mean())};
}

std::uint64_t RequestSource::anybody(std::uint64_t number) const {
    if (people_ == 0) return number;
    return sim::Draws(sim::request_key(persons_ ^ 1, number)).below(people_);
}

void RequestSource::follow(const Trace& trace) {
    trace_ = &trace;
    varies_ = true;
    for (const std::string& endpoint : trace.endpoints) {
        const auto title = std::ranges::find(titles_, endpoint);
        traced_calls_.push_back(static_cast<std::uint32_t>(title - titles_.begin()));
    }
}

// What follows from its call, its segment and its locale.
void RequestSource::stand_for(Request& request, Asked& asked) const {
    const Kind& kind = kinds_[asked.call];
    request.bytes = kind.bytes;
    asked.answer = kind.answer;
    if (!segment_numbers_.empty()) request.segment = segment_numbers_[asked.segment];
    if (!locale_numbers_.empty()) request.locale = locale_numbers_[asked.locale];
    const std::int32_t from_segment = segments_.empty() ? 0 : segments_[asked.segment].priority;
    request.priority_number =
        static_cast<std::int16_t>(kind.priority != 0 ? kind.priority : from_segment);
}

RequestSource::Asked RequestSource::vary(Request& request, std::uint64_t number,
                                         const TracedRequest* as, std::uint32_t call) const {
    sim::Draws draws(sim::request_key(details_, number));
    Asked asked;
    if (segment_table_ || locale_table_) {
        sim::Draws personal(sim::request_key(persons_, request.user));
        if (segment_table_) {
            asked.segment = static_cast<std::uint16_t>(segment_table_->sample(personal));
        }
        if (locale_table_) {
            asked.locale = static_cast<std::uint16_t>(locale_table_->sample(personal));
        }
    }
    if (call_table_) {
        asked.call =
            call == kAnyCall ? static_cast<std::uint32_t>(call_table_->sample(draws)) : call;
    }
    stand_for(request, asked);
    const Kind& kind = kinds_[asked.call];
    request.key = keys_->pick(draws, number);
    request.is_write = kind.writes > 0 && draws.chance(kind.writes);
    if (!kind.has_constant_sizes) [[unlikely]] {
        request.bytes = size_of(kind.sizes.sample(draws));
        asked.answer = size_of(kind.answers.sample(draws));
    }
    if (as != nullptr) overwrite(request, asked, *as);
    return asked;
}

void RequestSource::overwrite(Request& request, Asked& asked, const TracedRequest& as) const {
    if (trace_->has_endpoint) asked.call = traced_calls_[as.endpoint];
    if (trace_->has_key) request.key = as.key;
    if (trace_->has_address) request.address = as.address;
    if (trace_->has_bytes) request.bytes = as.bytes;
    if (trace_->has_write) request.is_write = as.is_write;
}

}  // namespace models
