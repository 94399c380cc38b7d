// Requests that come at a rate, however the system does: users who do not know of each other.
#pragma once

#include <array>
#include <string_view>
#include <tuple>

#include "models/clients/client.h"
#include "models/clients/stages.h"

namespace models {

enum class Arrivals { poisson, constant };

constexpr auto names_of(Arrivals) {
    return std::array{spec::Word{"poisson", Arrivals::poisson, "Independent of each other."},
                      spec::Word{"constant", Arrivals::constant, "Evenly spaced."}};
}

class OpenLoop final : public Node {
public:
    struct Spec {
        static constexpr std::string_view kind = "open_loop";
        static constexpr std::string_view doc =
            "Clients that send at a rate, whether or not answers come back.";
        sim::Rate rate{};
        std::vector<Stage> stages;
        Arrivals arrivals = Arrivals::poisson;
        spec::CallRef calls;
        spec::Distribution<sim::Duration> latency;
        std::vector<PolicyChoice> policies;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("rate", &Spec::rate, at_least(0.0), at_most(1e9),
                      "Requests; with stages, the rate before the first."),
                param("stages", &Spec::stages, "How the rate changes, one stage after another."),
                param("arrivals", &Spec::arrivals, "How requests are spread in time."),
                required("calls", &Spec::calls, "The node, or \"node.endpoint\"."),
                param("latency", &Spec::latency, "The network, one way."),
                param("policies", &Spec::policies,
                      "What the client does about trouble; the first is the outermost.")};
        }
        void check(spec::Check& check) const {
            check.that(rate.per_second > 0 || !stages.empty(), "rate",
                       "no rate and no stages: nothing would be sent",
                       "give \"rate\": \"100/s\", or stages");
        }
    };

    OpenLoop(const Spec& spec, const Context& context);

    void connect() override;
    void start() override;
    void dismiss() override { crew_.dismiss(); }

private:
    sim::Task<void> arrive();

    Spec spec_;
    Context context_;
    Client client_;
    sim::Crew crew_;
};

}  // namespace models
