// Which stores' promises are checked from what their clients saw.
#pragma once

#include <chrono>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/spec/node_ref.h"
#include "models/spec/spec.h"

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
                  "Stores that clients call; what these clients read and wrote is kept, warm-up "
                  "included. Empty: nothing is."),
            param("most", &HistorySpec::most, between(1u, 100'000'000u),
                  "Operations kept of each (48 bytes), the first ones; what is left out breaks no "
                  "promise."),
            param("settle", &HistorySpec::settle, at_least(sim::Duration::zero()),
                  "How long after the last write of an item all its readers must see the same.")};
    }
};

}  // namespace models
