// The one that would answer first, if it answered as it has of late: mean response time times load.
//
// As NetScaler's least response time method and nginx's `least_time last_byte` have it: the mean
// response time of a backend, times its open requests with this one, over its weight. The mean
// moves an eighth of the way to each new response time (as TCP's smoothed round trip, RFC 6298).
// Failures count like answers: who fails fast looks fast. A busy backend that has not answered yet
// is taken for an average one, and an idle one is tried at once.
#pragma once

#include <string_view>
#include <tuple>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/balancers/ranking.h"
#include "models/context.h"
#include "models/spec/declaration/spec.h"

namespace models {

class LeastResponseTime final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "least_response_time";
        static constexpr std::string_view doc =
            "The backend with the lowest mean response time times open requests.";
        double newest_share = 0.125;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("newest_share", &Spec::newest_share, above(0.0), at_most(1.0),
                                    "How much the newest response time counts in the mean.")};
        }
    };

    LeastResponseTime(const Spec& spec, const Context&) : newest_share_(spec.newest_share) {}

    Wants wants() const override { return {.loads = true, .answers = true}; }
    void changed(const Roster& roster) override;
    void loaded(std::span<const Candidate> candidates, std::size_t index) override;
    void answered(const Candidate& candidate, const Answer& answer) override;
    std::size_t pick(std::span<const Candidate>, const Request&) override {
        return ranking_.first();
    }

private:
    static constexpr std::uint32_t kNowhere = ~std::uint32_t{0};

    // Seconds, and never none: an answer takes at least a nanosecond.
    struct Mean {
        double seconds = 0;  // 0 until there is an answer
        void take_in(sim::Duration latency, double share);
    };
    // What is known of a backend, by id.
    struct Known {
        Mean mean;
        std::uint32_t index = kNowhere;
    };
    Known& known(std::uint32_t id);
    double cost(const Candidate& candidate);

    double newest_share_;
    Mean mean_;  // of all
    std::vector<Known> known_;
    Ranking::Positions positions_;
    Ranking ranking_{positions_};
};

}  // namespace models
