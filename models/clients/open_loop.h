// Requests that come at a rate, however the system does: users who do not know of each other.
#pragma once

#include <string_view>
#include <tuple>

#include "models/arrivals/ahead.h"
#include "models/arrivals/arrivals.h"
#include "models/clients/client.h"
#include "models/clients/profile.h"
#include "models/clients/stages.h"
#include "sim/timer.h"

namespace models {

class OpenLoop final : public Node, sim::Event {
public:
    struct Spec : ClientSpec {
        static constexpr std::string_view kind = "open_loop";
        static constexpr std::string_view doc =
            "Open-loop clients: they send at a rate, whether or not answers come back, as "
            "independent users do.";
        sim::Rate rate{};
        std::vector<Stage> stages;
        Profile profile;
        bool repeat_stages = false;
        ArrivalChoice arrivals;
        std::uint64_t requests = 0;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                std::tuple{
                    param("rate", &Spec::rate, at_least(0.0), at_most(1e9),
                          "Rate of requests. With stages, the rate before the first."),
                    param("stages", &Spec::stages,
                          "Load profile of a test: how the rate changes, one stage after another."),
                    param("repeat_stages", &Spec::repeat_stages,
                          "Whether the stages begin again, at `rate`, after the last."),
                    param("profile", &Spec::profile,
                          "Daily and weekly profile: how the rate follows the hours of the day and "
                          "the days of the week."),
                    param("arrivals", &Spec::arrivals,
                          "Arrival process: how requests are spread in time."),
                    param("requests", &Spec::requests,
                          "Total number of requests. With 0 (the default) they are sent until the "
                          "run ends.")},
                client_params());
        }
        void check(spec::Check& check) const;
        RateCurve curve(CalendarTime starts) const;
        const Trace* trace() const { return shared_trace().get(); }
        std::shared_ptr<const Trace> shared_trace() const;

    private:
        void check_trace(spec::Check& check) const;
    };

    OpenLoop(const Spec& spec, const Context& context);

    void connect() override { client_.connect(); }
    void start() override;
    void finish() override { client_.finish(); }
    void dismiss() override {
        until_next_.stop();
        client_.dismiss();
    }

private:
    void go_on();
    void arrive();
    void fire() override {
        until_next_.fired();
        arrive();
        go_on();
    }

    Spec spec_;
    Context context_;
    Client client_;
    Ahead arrivals_;
    std::uint64_t sent_ = 0;
    sim::Time began_{};
    sim::Timer until_next_;
};

}  // namespace models
