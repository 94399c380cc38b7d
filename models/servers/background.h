// Work that is handed over, so that the answer does not wait for it: a pool of threads beside those
// that serve requests, with a line of its own (Spring's @Async and ThreadPoolTaskExecutor).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"

namespace models {

enum class WhenFull : std::uint8_t { abort, caller_runs, discard };

constexpr auto names_of(WhenFull) {
    return std::array{
        spec::Word{"abort", WhenFull::abort, "The request that submitted it fails (AbortPolicy)."},
        spec::Word{"caller_runs", WhenFull::caller_runs,
                   "The request's own thread runs it (CallerRunsPolicy)."},
        spec::Word{"discard", WhenFull::discard,
                   "It is dropped silently (ThreadPoolExecutor's DiscardPolicy)."}};
}

struct BackgroundSpec {
    static constexpr std::string_view name = "background";
    static constexpr std::string_view doc = "Threads for work that no answer waits for.";
    std::uint32_t threads = 8;
    std::uint32_t queue = 10000;
    WhenFull when_full = WhenFull::abort;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("threads", &BackgroundSpec::threads, at_least(1u), at_most(1000000u),
                  "Background threads: pieces of work done at a time."),
            param("queue", &BackgroundSpec::queue, at_most(100000u),
                  "Length of the queue: pieces of work that may wait for a background thread."),
            param("when_full", &BackgroundSpec::when_full,
                  "What happens to work that finds the queue full.")};
    }
};

}  // namespace models
