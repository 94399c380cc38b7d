// How long a caller waits before it tries again.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"
#include "sim/rng.h"
#include "sim/time.h"

namespace models {

enum class Growth { fixed, exponential };

constexpr auto names_of(Growth) {
    using spec::Word;
    return std::array{
        Word{"fixed", Growth::fixed, "Always the same wait."},
        Word{"exponential", Growth::exponential, "Each wait a multiple of the last."}};
}

// The jitters of M. Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015), and
// resilience4j's.
enum class Jitter { none, full, equal, decorrelated, randomized };

constexpr auto names_of(Jitter) {
    using spec::Word;
    return std::array{
        Word{"none", Jitter::none, "No jitter: the wait itself."},
        Word{"full", Jitter::full, "Full jitter: uniform between 0 and the wait."},
        Word{"equal", Jitter::equal,
             "Equal jitter: half of the wait, plus uniform between 0 and the other half."},
        Word{"decorrelated", Jitter::decorrelated,
             "Decorrelated jitter (AWS): uniform between the first wait and 3 times the last one; "
             "there is no other growth."},
        Word{"randomized", Jitter::randomized,
             "The wait, plus or minus randomization_factor of it (resilience4j)."}};
}

struct BackoffSpec {
    static constexpr std::string_view name = "backoff";
    static constexpr std::string_view doc = "Back-off: how long a caller waits before a retry.";
    Growth growth = Growth::fixed;
    sim::Duration wait_duration = std::chrono::milliseconds(500);
    double multiplier = 1.5;
    sim::Duration max_wait_duration = std::chrono::hours(24);
    Jitter jitter = Jitter::none;
    sim::Fraction randomization_factor{0.5};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("growth", &BackoffSpec::growth, "How the wait grows from one retry to the next."),
            param("wait_duration", &BackoffSpec::wait_duration, at_least(sim::Duration::zero()),
                  "Wait before the first retry."),
            param("multiplier", &BackoffSpec::multiplier, between(1.0, 1000.0),
                  "Factor of exponential growth from one wait to the next."),
            param("max_wait_duration", &BackoffSpec::max_wait_duration,
                  at_least(sim::Duration::zero()), "Longest wait."),
            param("jitter", &BackoffSpec::jitter,
                  "Jitter: how waits are randomized, so that callers do not retry all at once."),
            param("randomization_factor", &BackoffSpec::randomization_factor,
                  "Share by which waits vary with randomized jitter.")};
    }
};

// The waits of one request, one after another.
class Backoff {
public:
    explicit Backoff(std::uint64_t key) : draws_(key) {}

    sim::Duration next(const BackoffSpec& spec);
    std::uint32_t waits() const { return waits_; }

private:
    void grow(const BackoffSpec& spec);

    sim::Draws draws_;
    sim::Duration wait_{};  // the last one, before jitter and limit
    std::uint32_t waits_ = 0;
};

}  // namespace models
