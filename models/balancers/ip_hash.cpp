#include "models/balancers/ip_hash.h"

namespace models {

void IpHash::changed(const Roster& roster) {
    peers_.set(roster);
    turns_.changed(roster);
}

std::size_t IpHash::pick(std::span<const Candidate> candidates, const Request& request) {
    std::uint32_t hash = 89;
    for (int tries = 0; tries <= 20; ++tries) {
        for (const int shift : {24, 16, 8}) {
            hash = (hash * 113 + (request.address >> shift & 0xff)) % 6271;
        }
        if (const auto index = peers_.at(hash)) return *index;
    }
    return turns_.pick(candidates, request);
}

}  // namespace models
