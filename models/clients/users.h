// A population of users: each sends, waits for the answer, thinks, and sends again.
//
// The load adapts to the system: users who wait do not send. With N users, think time Z and
// response time R the rate is N / (Z + R) (the interactive response time law).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/clients/client.h"
#include "models/clients/journey.h"
#include "models/spec/declaration/spec.h"

namespace models {

class Users final : public Node, ClosedLoopSlots {
public:
    struct Spec : ClientSpec {
        static constexpr std::string_view kind = "users";
        static constexpr std::string_view doc =
            "Closed-loop users: each sends, waits for the answer, thinks, and sends again.";
        std::uint32_t users = 100;
        spec::Distribution<sim::Duration> think_time =
            spec::Exponential<sim::Duration>{std::chrono::seconds(10)};
        std::uint32_t requests_per_session = 0;
        spec::Distribution<sim::Duration> between_sessions;
        sim::Duration arrive_over{};
        sim::Fraction leave_after_failure{};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                std::tuple{param("users", &Spec::users, at_least(1u), at_most(100000000u),
                                 "Number of users."),
                           param("think_time", &Spec::think_time,
                                 "Think time: from an answer to the same user's next request."),
                           param("requests_per_session", &Spec::requests_per_session,
                                 "Requests of a session, after which the user logs off. With 0 "
                                 "(the default) users stay."),
                           param("between_sessions", &Spec::between_sessions,
                                 "Time from logging off until the user's next session."),
                           param("arrive_over", &Spec::arrive_over, at_least(sim::Duration::zero()),
                                 "Ramp-up: users' first requests are spread evenly over this time. "
                                 "With 0s (the default) each user begins with a think time, "
                                 "and in the midst of a session where there is a journey."),
                           param("leave_after_failure", &Spec::leave_after_failure,
                                 "Share of users who leave for good after a failed request."),
                           param("journey", &Spec::journey,
                                 "Activities of a session by the names of `calls`, beginning with "
                                 "the first, and what may come after each. Without it (the "
                                 "default) each request is drawn by the calls' weights.")},
                client_params());
        }
        void check(spec::Check& check) const {
            ClientSpec::check(check);
            check_journey(journey, calls, check);
            check.that(journey.empty() || requests_per_session == 0, "requests_per_session",
                       "a journey says itself when its session ends",
                       "take it out, and give activities a \"log_off\"");
            check.that(always_pauses() || !latency_free(), "think_time",
                       "users who neither think nor wait for a network would never let time pass",
                       "give a think_time such as \"1s\"");
        }

    private:
        bool latency_free() const { return !(latency.build().mean() > 0); }
        bool always_pauses() const {
            if (journey.empty()) return think_time.build().mean() > 0;
            for (const auto& [name, activity] : journey) {
                const auto& pause = activity.think_time ? *activity.think_time : think_time;
                if (!(pause.build().mean() > 0)) return false;
                if (activity.ends_session() && !(between_sessions.build().mean() > 0)) return false;
            }
            return true;
        }
    };

    Users(const Spec& spec, const Context& context);

    void connect() override { client_.connect(); }
    void start() override;
    void finish() override;
    void dismiss() override;

private:
    // A user, and those who come after: while they think, nothing else is there of them.
    class UserLoop final : public sim::Event {
    public:
        UserLoop(Users& users, std::uint64_t thoughts) : draws(thoughts), users_(users) {}

        void wait(sim::Duration pause) {
            wake_ = users_.context_.scheduler().after(pause, static_cast<sim::Event&>(*this));
        }
        void stop() {
            if (wake_ != sim::Ticket::none) users_.context_.scheduler().cancel(wake_);
        }

        sim::Draws draws;
        std::uint32_t requests = 0;  // so far

    private:
        void fire() override {
            wake_ = sim::Ticket::none;
            users_.send(*this);
        }

        sim::Ticket wake_ = sim::Ticket::none;
        Users& users_;
    };
    static_assert(sizeof(UserLoop) <= 32, "there are millions of them");
    // Who of all the people is at a place, where they are more than there are places.
    struct Visitor {
        sim::Draws draws;
        std::uint32_t person;
    };

    // Where a user is on the journey.
    struct Whereabouts {
        std::uint32_t activity = 0;
        std::uint32_t answered = 0;  // of its requests
    };

    void send(UserLoop& place);
    void ended(std::uint32_t slot, const Response& response) override;
    sim::Duration begin(sim::Draws& draws);
    sim::Duration begin_midway(Whereabouts& here, sim::Draws& draws) const;
    sim::Duration first_pause(sim::Draws& draws) const;
    // After an answer: whether the user logs off.
    bool goes_on(UserLoop& place, std::uint32_t slot, bool ok);
    void let_in(Visitor& visitor) const;
    bool leaves(std::uint64_t place, std::uint64_t number) const;

    Spec spec_;
    Context context_;
    Client client_;
    sim::Distribution think_time_;
    sim::Distribution between_sessions_;
    Journey journey_;
    std::optional<sim::AliasTable> midway_;  // where users are who are there from the start
    std::uint64_t thoughts_;
    std::uint64_t people_;
    std::uint64_t leavers_;
    Tally abandoned_;
    Tally sessions_;
    std::vector<UserLoop> places_;
    std::vector<Visitor> visitors_;
    std::vector<Whereabouts> whereabouts_;  // empty without a journey
};

}  // namespace models
