#include "models/data/fencing.h"

#include <fmt/core.h>

namespace models {

namespace {

// Events of one store; all are counted.
constexpr std::uint64_t kMostEvents = 1000;

}  // namespace

bool WriteFence::judge(FencingToken last, FencingToken token, Ledger::Key key) {
    if (token >= last) return true;
    const bool counts = context_.now() >= context_.world.recorder.measured_from();
    std::uint64_t& count = refuses_ ? fenced_ : late_;
    if (counts && count++ < kMostEvents) {
        context_.world.recorder.incident(
            context_.name, refuses_ ? "write fenced off" : "late write",
            fmt::format("item {}: token {} {}token {}, whose holder had written it since", key,
                        token, refuses_ ? "is older than " : "has overwritten ", last));
    }
    return !refuses_;
}

}  // namespace models
