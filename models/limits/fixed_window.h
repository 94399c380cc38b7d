// Fixed window: a counter that starts again with each window.
//
// Windows follow the clock, or each begins with the first request after the one before (as
// express-rate-limit does). On the clock, twice the limit can pass around an edge: the whole of one
// window's at its end and the whole of the next one's at its beginning.
#pragma once

#include <array>
#include <chrono>
#include <tuple>

#include "models/limits/limiter.h"
#include "models/spec/declaration/spec.h"

namespace models {

enum class WindowStart { aligned, first_request };

constexpr auto names_of(WindowStart) {
    return std::array{
        spec::Word{"aligned", WindowStart::aligned, "On the clock: multiples of the period."},
        spec::Word{"first_request", WindowStart::first_request,
                   "With the first request after the previous window."}};
}

class FixedWindow final : public Limiter {
public:
    struct Spec {
        static constexpr std::string_view kind = "fixed_window";
        static constexpr std::string_view doc =
            "A counter for each window of time. Up to twice the limit can pass around the boundary "
            "of two windows.";
        std::uint32_t limit = 100;
        sim::Duration period = std::chrono::seconds(1);
        WindowStart starts = WindowStart::aligned;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("limit", &Spec::limit, at_least(1u), at_most(1000000u),
                      "Requests that may pass in a window."),
                param("period", &Spec::period, above(sim::Duration::zero()),
                      at_most(sim::Duration(std::chrono::hours(24 * 366))), "Length of a window."),
                param("starts", &Spec::starts,
                      "Whether windows begin at multiples of the period or with a request.")};
        }
    };

    FixedWindow(const Spec& spec, sim::Time) : spec_(spec) {}

    Permission ask(sim::Time now, std::uint32_t permits) override {
        if (at_rest(now)) begin_window(now);
        if (passed_ + std::uint64_t{permits} > spec_.limit) return {false, {}};
        passed_ += permits;
        return {true, {}};
    }

    bool at_rest(sim::Time now) const override { return now >= ends_; }

private:
    void begin_window(sim::Time now) {
        const sim::Duration into_window = spec_.starts == WindowStart::aligned
                                              ? now.time_since_epoch() % spec_.period
                                              : sim::Duration::zero();
        ends_ = now - into_window + spec_.period;
        passed_ = 0;
    }

    Spec spec_;
    sim::Time ends_{};
    std::uint32_t passed_ = 0;
};

}  // namespace models
