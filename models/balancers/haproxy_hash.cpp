#include "models/balancers/haproxy_hash.h"

#include <charconv>

#include "models/balancers/haproxy_map.h"

namespace models {

namespace {

// Of the sdbm database library (hash.c, hash_sdbm).
std::uint32_t sdbm(std::string_view text) {
    std::uint32_t hash = 0;
    for (const char c : text) {
        hash = static_cast<unsigned char>(c) + (hash << 6U) + (hash << 16U) - hash;
    }
    return hash;
}

}  // namespace

void HaproxyHash::changed(const Roster& roster) {
    if (spec_.hash_type == HaproxyHashType::map_based) {
        map_ = haproxy_map(roster.servable);
    } else {
        ring_.set(roster.servable);
    }
}

std::uint32_t HaproxyHash::hash_of(const Request& request) const {
    const std::uint64_t value = hashed_.of(request);
    if (hashed_.on() == HashOn::address) return static_cast<std::uint32_t>(value);
    std::array<char, 20> digits{};
    const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return sdbm({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

std::size_t HaproxyHash::pick(std::span<const Candidate> candidates, const Request& request) {
    const std::uint32_t hash = hash_of(request);
    if (spec_.hash_balance_factor == 0) return find(hash);
    return ring_.with_room(candidates, haproxy_avalanche(hash), spec_.hash_balance_factor);
}

std::size_t HaproxyHash::pick(std::string_view text) const {
    return find(sdbm(text));
}

std::size_t HaproxyHash::find(std::uint32_t hash) const {
    if (spec_.hash_type == HaproxyHashType::map_based) return map_[hash % map_.size()];
    return ring_.nearest(haproxy_avalanche(hash));
}

}  // namespace models
