#include "models/data/fencing.h"

#include <fmt/core.h>

namespace models {

namespace {

// Events of one store; all are counted.
constexpr std::uint64_t kMostEvents = 1000;

}  // namespace

bool WriteFence::judge(FencingToken last, FencingToken token, Ledger::Key key) {
    if (token >= last) return true;
    count(last, token, key, refuses_);
    return !refuses_;
}

void WriteFence::count(FencingToken last, FencingToken token, Ledger::Key key, bool is_refused) {
    const bool counts = context_.now() >= context_.world.recorder.measured_from();
    std::uint64_t& events = is_refused ? fenced_ : late_;
    if (!counts || events++ >= kMostEvents) return;
    context_.world.recorder.incident(
        context_.name, is_refused ? "write fenced off" : "late write",
        fmt::format("item {}: token {} {}token {}, whose holder had written it since", key, token,
                    is_refused ? "is older than " : "has overwritten ", last));
}

}  // namespace models
