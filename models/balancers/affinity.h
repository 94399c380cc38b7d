// Whether a key stays with its backend when backends come and go: what a cache there, or a
// connection, depends on.
//
// Of the keys that are asked for again for the first time after a change, some have moved. A move
// is needless when the key's backend is still there and the one it went to was there before: nobody
// but the hash wanted it.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "models/balancers/balancer.h"
#include "sim/recording.h"

namespace models {

class Affinity {
public:
    void changed(std::span<const Candidate> candidates);
    void placed(std::uint64_t key, std::uint32_t backend);

    void begin_measuring() { returned_ = moved_ = needlessly_ = 0; }
    // keys_moved and keys_moved_needlessly: shares of the keys that came again.
    void report(sim::NodeRecord& record) const;

private:
    static constexpr std::size_t kMost = std::size_t{1} << 20;  // keys that are remembered

    // Changes are numbered; a key knows the last one before it was asked for.
    struct Seen {
        std::uint32_t backend;
        std::uint32_t change;
    };
    struct Member {
        std::uint32_t since = 0;
        bool there = false;
    };

    std::uint32_t change_ = 0;
    std::vector<Member> backends_;  // by id
    std::unordered_map<std::uint64_t, Seen> keys_;
    std::uint64_t returned_ = 0;
    std::uint64_t moved_ = 0;
    std::uint64_t needlessly_ = 0;
};

}  // namespace models
