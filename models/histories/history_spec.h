// Which stores' promises are checked from what their clients saw.
#pragma once

#include <chrono>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/spec/declaration/node_ref.h"
#include "models/spec/declaration/spec.h"

namespace models {

struct HistorySpec {
    static constexpr std::string_view name = "history";
    static constexpr std::string_view doc =
        "Keeps what clients see of stores and checks it after the run: which promise was broken, "
        "by which operations. Figures are history.NODE.not_linearizable and so on.";
    std::vector<spec::MentionRef> of;
    std::uint32_t most = 1'000'000;
    sim::Duration settle = std::chrono::seconds(10);
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("of", &HistorySpec::of,
                  "Stores, called by clients, whose reads and writes are recorded and checked, "
                  "warm-up included. Without any (the default) nothing is checked."),
            param("most", &HistorySpec::most, between(1u, 100'000'000u),
                  "Most operations recorded of each store (48 bytes each), from the first. "
                  "Operations beyond that are not checked and report no violation."),
            param("settle", &HistorySpec::settle, at_least(sim::Duration::zero()),
                  "Eventual consistency: so long after an item's last write, all reads of it must "
                  "agree.")};
    }
};

}  // namespace models
