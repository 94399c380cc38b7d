#include "models/clients/splits.h"

namespace models {

Splits::Splits(const ClientSpec& spec, sim::Meter& meter) : meter_(meter) {
    const auto part = [&](std::uint32_t& first, const char* by, const std::string& name) {
        const auto index = static_cast<std::uint32_t>(meter.split(by, name));
        if (first == kNone) first = index;
        has_parts_ = true;
    };
    for (const auto& [name, each] : spec.population.segments) part(segments_, "segment", name);
    for (const auto& [name, each] : spec.population.locales) part(locales_, "locale", name);
    if (spec.calls.list.size() < 2) return;
    for (const ClientCall& call : spec.calls.list) part(calls_, "endpoint", call.title());
}

void Splits::open(Call& call, sim::Time start, const RequestSource::Asked& asked) {
    begin(call, start, asked);
    for_each_part(asked, [&](std::uint32_t part) { meter_.arrived_in(part, start); });
}

Go Splits::answered(Call& call) {
    const State my = mine(call);
    end(call);
    for_each_part(my.asked, [&](std::uint32_t part) {
        meter_.left_in(part, my.start, call.response.outcome);
    });
    return back();
}

}  // namespace models
