#include "models/clients/client_kind.h"
#include "models/clients/users.h"
#include "models/nodes.h"

namespace models {

namespace {

struct UsersKind : ClientKind {
    using Node = Users;
    static constexpr auto figures = joined(
        ClientKind::figures,
        std::array{
            figure("abandoned_users", Unit::count, Merge::sum,
                   "Users who left for good after a failure."),
            figure("sessions_ended", Unit::count, Merge::sum,
                   "Sessions after which a user logged off."),
            figure("users", Unit::count, Merge::mean, "Users that the scenario has."),
            figure("people", Unit::count, Merge::mean, "Distinct people who sent a request.")});
    static Journey journey_of(const Users::Spec& spec) {
        return {spec.journey, spec.calls, spec.think_time.build()};
    }
    static Sends sends(const Users::Spec& spec, CalendarTime) {
        return {.client = &spec, .most_at_once = static_cast<double>(spec.users)};
    }
    // A user is away from one request to the next for a think time, the answer, and a part of the
    // pause between sessions: at most N / (Z + R) requests a second.
    static Offered offered(const Users::Spec& spec, const std::function<double()>& response_s) {
        double think = spec.think_time.build().mean();
        if (!spec.journey.empty()) {
            think = journey_of(spec).mean_pause_s(spec.between_sessions.build().mean());
        }
        if (spec.requests_per_session > 0) {
            think += spec.between_sessions.build().mean() / spec.requests_per_session;
        }
        const double away = think + response_s();
        return {.per_s = away > 0 ? spec.users / away : 0,
                .note =
                    "they wait for answers: their rate is the highest, when nobody else is in the "
                    "way.",
                .users = static_cast<double>(spec.users),
                .think_s = think};
    }
};

}  // namespace

const NodeKind& users_kind() {
    static const NodeKind kind = node_kind<UsersKind>();
    return kind;
}

}  // namespace models
