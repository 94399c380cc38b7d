// Requests as they once came: a trace, replayed.
#pragma once

#include <chrono>
#include <memory>
#include <tuple>
#include <vector>

#include "models/arrivals/arrival_process.h"
#include "models/arrivals/traces/trace_file.h"
#include "models/spec/declaration/spec.h"

namespace models {

class TraceArrivals final : public ArrivalProcess {
public:
    struct Spec {
        static constexpr std::string_view kind = "trace";
        static constexpr std::string_view doc =
            "Replay of a trace: a CSV file or an access log beside the scenario; `rate` is not "
            "used.";
        static constexpr bool has_own_times = true;
        TraceFile file;
        double speed = 1;
        sim::Duration spread{};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("file", &Spec::file,
                      "A CSV whose first line names its columns (time in seconds, and any of key, "
                      "user, address, bytes, write, endpoint, work, worker), or an access log. "
                      "Columns of what was measured are for `spate replay`."),
                param("speed", &Spec::speed, at_least(0.001), at_most(1000.0),
                      "Speed of the replay: 2 is twice as fast as recorded."),
                param("spread", &Spec::spread, at_least(sim::Duration::zero()),
                      at_most(sim::Duration(std::chrono::hours(1))),
                      "Each request is delayed at random by up to this: \"1s\" for logs with whole "
                      "seconds.")};
        }
        void check(spec::Check& check) const {
            check.that(file.trace != nullptr, "file", "the trace is missing",
                       "give a file beside the scenario");
        }
    };

    TraceArrivals(const Spec& spec, const ArrivalPlan& plan);
    Arrival next() override;

private:
    std::shared_ptr<const Trace> trace_;
    std::vector<Arrival> arrivals_;
    std::size_t at_ = 0;
};

}  // namespace models
