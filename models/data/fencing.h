// Which lease wrote an item last: writes that come from one before it are too late (fencing; see
// lock_service/lock_service.h).
//
// Whoever was paused past his lease and then writes does not know that somebody else holds the lock
// by now. His token is older than that of the other's write, and a store that compares them refuses
// it; in one that does not, it overwrites what the other wrote. Writes without a token are not
// compared: their writers ask for no lock.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "models/context.h"
#include "models/data/ledger.h"

namespace models {

// The greatest token under which each item was written, in one copy of a store.
class FencingTokens {
public:
    FencingToken of(Ledger::Key key) const {
        const auto found = tokens_.find(key);
        return found == tokens_.end() ? 0 : found->second;
    }
    void wrote(Ledger::Key key, FencingToken token) {
        if (token == 0) return;
        FencingToken& known = tokens_[key];
        known = std::max(known, token);
    }

private:
    std::unordered_map<Ledger::Key, FencingToken> tokens_;
};

// Judges the writes of a store, and counts those that are too late.
class WriteFence {
public:
    WriteFence(const Context& context, bool refuses) : context_(context), refuses_(refuses) {}

    FencingToken token_of(const Request& request) const {
        return request.within == 0 ? 0 : context_.world.transactions.token_of(request.within);
    }
    // False when a write is refused by a copy that knows these.
    bool admits(const FencingTokens& known, const Request& request) {
        const FencingToken token = token_of(request);
        return token == 0 || judge(known.of(request.key), token, request.key);
    }

    bool refuses() const { return refuses_; }
    // What copies that judge each for themselves have made of one write together.
    void decided(FencingToken last, const Request& request, bool is_refused) {
        const FencingToken token = token_of(request);
        if (token != 0 && token < last) count(last, token, request.key, is_refused);
    }

    void finish(sim::NodeRecord& record) const {
        if (!context_.world.transactions.has_leases()) return;
        record.measures.push_back({"late_writes", "", static_cast<double>(late_)});
        record.measures.push_back({"fenced_writes", "", static_cast<double>(fenced_)});
    }

private:
    // (fencing.cpp)
    bool judge(FencingToken last, FencingToken token, Ledger::Key key);
    void count(FencingToken last, FencingToken token, Ledger::Key key, bool is_refused);

    Context context_;
    bool refuses_;
    std::uint64_t late_ = 0;
    std::uint64_t fenced_ = 0;
};

}  // namespace models
