// When the next request comes: the decision of clients that do not wait for answers.
//
// A process is given a curve of rates. Whatever it is, the curve is its mean rate at any time; what
// it adds is how requests are spread around that mean.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "models/arrivals/rate_curve.h"
#include "models/context.h"
#include "sim/time.h"

namespace models {

struct TracedRequest;

struct Arrival {
    sim::Duration at = sim::Duration::max();  // from the start; the largest is never
    bool is_request = true;                   // else only: nothing comes before then, ask again
    const TracedRequest* as = nullptr;        // what a trace says of it

    static Arrival after(double seconds) { return {sim::from_seconds(seconds), true, nullptr}; }
    static Arrival nothing_until(double seconds) {
        return {sim::from_seconds(seconds), false, nullptr};
    }
    static Arrival never() { return {}; }
    bool is_never() const { return at == sim::Duration::max(); }
};

class ArrivalProcess {
public:
    static constexpr std::string_view family = "arrivals";
    static constexpr std::string_view family_doc =
        "Arrival process: how requests are spread in time.";

    virtual ~ArrivalProcess() = default;

    // Times never fall.
    virtual Arrival next() = 0;

    // Draws the next ones into `batch`, up to the first that is never; how many.
    virtual std::size_t draw(std::span<Arrival> batch) { return draw_from(*this, batch); }

protected:
    template <class Process>
    static std::size_t draw_from(Process& process, std::span<Arrival> batch) {
        for (std::size_t i = 0; i < batch.size(); ++i) {
            batch[i] = process.next();
            if (batch[i].is_never()) return i + 1;
        }
        return batch.size();
    }
};

// What every process is built with.
struct ArrivalPlan {
    RateCurve curve;
    sim::Draws draws;
    CalendarTime starts{};
};

}  // namespace models
