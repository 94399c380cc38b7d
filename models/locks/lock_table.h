// Who holds which lock and who waits for it: what a lock service's log says, applied in its order.
//
// A request stands in line at the place of the log where it was written, and that place is its
// fencing token: whoever comes later has a greater one, and the line is first come, first served.
// (A ZooKeeper recipe's sequential nodes, whose zxid is the token; a Chubby sequencer has a
// generation instead.)
#pragma once

#include <cstdint>
#include <deque>
#include <map>

#include "models/databases/transactional.h"

namespace models {

using LockKey = std::uint64_t;

// Of one request of a client, at one member.
using LockSession = std::uint64_t;

struct LockCommand {
    enum class Kind : std::uint8_t { acquire, release, expire };
    Kind kind;
    LockKey lock;
    LockSession session;     // that waits for it to be written; 0: nobody does
    FencingToken token = 0;  // of what is released
};

class LockTable {
public:
    struct Wanted {
        FencingToken token;
        LockSession session;
    };

    void acquire(LockKey lock, const Wanted& wanted) { lines_[lock].push_back(wanted); }
    // Out of the line, wherever in it. False when it is in no line any more.
    bool release(LockKey lock, FencingToken token) {
        const auto line = lines_.find(lock);
        if (line == lines_.end()) return false;
        const std::size_t taken =
            std::erase_if(line->second, [&](const Wanted& each) { return each.token == token; });
        if (line->second.empty()) lines_.erase(line);
        return taken > 0;
    }
    // Null when nobody holds it.
    const Wanted* holder(LockKey lock) const {
        const auto line = lines_.find(lock);
        return line == lines_.end() ? nullptr : &line->second.front();
    }
    // All that are held or waited for.
    const std::map<LockKey, std::deque<Wanted>>& lines() const { return lines_; }

private:
    std::map<LockKey, std::deque<Wanted>> lines_;  // none is empty; the first holds the lock
};

}  // namespace models
