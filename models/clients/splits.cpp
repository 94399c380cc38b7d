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

Splits::Parts Splits::count(const Crowd::Asked& asked, sim::Time start) {
    Parts parts;
    if (segments_ != kNone) parts.index[parts.count++] = segments_ + asked.segment;
    if (locales_ != kNone) parts.index[parts.count++] = locales_ + asked.locale;
    if (calls_ != kNone) parts.index[parts.count++] = calls_ + asked.call;
    for (std::uint32_t i = 0; i < parts.count; ++i) meter_.arrived_in(parts.index[i], start);
    return parts;
}

}  // namespace models
