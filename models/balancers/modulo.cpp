#include "models/balancers/modulo.h"

namespace models {

void Modulo::changed(const Roster& roster) {
    peers_.set(roster);
    turns_.changed(roster);
}

std::size_t Modulo::pick(std::span<const Candidate> candidates, const Request& request) {
    const auto index = find(hashed_.of(request));
    return index ? *index : turns_.pick(candidates, request);
}

std::optional<std::size_t> Modulo::pick(std::string_view key) const {
    return find(key);
}

template <class Key>
std::optional<std::size_t> Modulo::find(const Key& key) const {
    std::uint32_t hash = 0;
    for (std::uint64_t tries = 0; tries <= 20; ++tries) {
        Crc32 crc;
        if (tries > 0) crc.add(tries);
        hash += crc.add(key).value() >> 16 & 0x7fff;
        if (const auto index = peers_.at(hash)) return index;
    }
    return std::nullopt;
}

}  // namespace models
