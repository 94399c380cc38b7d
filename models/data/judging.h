// What a store says of its answers, by the versions of a ledger: a write is acknowledged, and a
// read that lacks a write which was acknowledged before it began is stale.
//
// Users are answered once, so one node judges: a cache that sends a request on (is_relayed) judges
// what it answers itself, and the node behind leaves it alone.
#pragma once

#include <cstdint>

#include "models/data/ledger.h"
#include "models/request.h"

namespace models {

// The version that a read which begins now must have. 0, which every version reaches, for what is
// judged elsewhere.
inline std::uint64_t version_due(const Ledger& ledger, const Request& request, Ledger::Key key) {
    return request.is_relayed ? 0 : ledger.acknowledged(key);
}

// Its writer has been told of the write.
inline void acknowledge(Ledger& ledger, const Request& request, std::uint64_t version) {
    if (!request.is_relayed) ledger.acknowledge(request.key, version);
}

// Whether what was read is older than it must be; then the answer says so.
inline bool judge_read(Response& response, std::uint64_t version, std::uint64_t due) {
    if (version >= due) return false;
    response.stale = true;
    return true;
}

// The answer to a read or a write, as it goes to whom it is for; whether it is a stale one.
inline bool judge(Ledger& ledger, const Request& request, Response& response, std::uint64_t due) {
    if (!response.ok()) return false;
    if (!request.is_write) return judge_read(response, response.version, due);
    acknowledge(ledger, request, response.version);
    return false;
}

}  // namespace models
