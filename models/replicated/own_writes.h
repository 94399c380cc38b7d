// What users know that they have written: how far the log was then, and which version their item
// has had since.
//
// For a client without a population every request is another user's. So as not to keep all of them
// for good, the oldest are forgotten beyond a million writes.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>

#include "models/service.h"
#include "sim/rng.h"

namespace models {

class OwnWrites {
public:
    struct Last {
        sim::Time at{};
        std::uint64_t position = 0;  // where the log ended behind it
    };

    void wrote(const Request& request, std::uint64_t version, Last last) {
        last_[user_of(request)] = last;
        versions_[item_of(request)] = version;
        order_.push_back({user_of(request), item_of(request), version, last.position});
        if (order_.size() > kMost) forget_oldest();
    }

    // Null when the user has not written.
    const Last* last(const Request& request) const {
        const auto found = last_.find(user_of(request));
        return found == last_.end() ? nullptr : &found->second;
    }

    // Of this user's own last write to the item.
    std::uint64_t version(const Request& request) const {
        const auto found = versions_.find(item_of(request));
        return found == versions_.end() ? 0 : found->second;
    }

private:
    static constexpr std::size_t kMost = 1'000'000;

    struct Write {
        std::uint64_t user;
        std::uint64_t item;
        std::uint64_t version;
        std::uint64_t position;
    };

    // The same number of another client is somebody else, at another address.
    static std::uint64_t user_of(const Request& request) {
        return std::uint64_t{request.address} << 32U | request.user;
    }
    static std::uint64_t item_of(const Request& request) {
        return sim::mix(user_of(request) ^ sim::mix(request.key));
    }

    void forget_oldest() {
        const Write& oldest = order_.front();
        const auto last = last_.find(oldest.user);
        if (last != last_.end() && last->second.position == oldest.position) last_.erase(last);
        const auto version = versions_.find(oldest.item);
        if (version != versions_.end() && version->second == oldest.version) {
            versions_.erase(version);
        }
        order_.pop_front();
    }

    std::unordered_map<std::uint64_t, Last> last_;               // by user
    std::unordered_map<std::uint64_t, std::uint64_t> versions_;  // by user and item
    std::deque<Write> order_;
};

}  // namespace models
