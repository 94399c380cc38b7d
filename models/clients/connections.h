// Connections that are held for minutes or hours, as WebSockets: each is one long call to an
// endpoint that holds it, and frames go to and fro while it lasts.
//
// A held connection takes a thread of the server, or whatever the endpoint takes, until either side
// ends it. When it breaks, its client comes back after a back-off; without jitter in that, all who
// were cut off at one moment come back at one moment (a reconnect storm). Frames are requests of
// their own, with the same user and address; a balancer that keeps users where they are keeps them
// beside their connection. Latencies and results are the frames'; a connection is no request.
#pragma once

#include <chrono>
#include <string_view>
#include <tuple>

#include "models/clients/client.h"
#include "models/node.h"

namespace models {

class Connections final : public Node {
public:
    struct Spec : ClientSpec {
        static constexpr std::string_view kind = "connections";
        static constexpr std::string_view doc =
            "Clients that hold a long-lived connection (WebSocket), send frames on it, and "
            "reconnect when it breaks.";
        std::uint32_t count = 100;
        spec::CallRef holds;
        sim::Duration open_over{};
        spec::Distribution<sim::Duration> frames =
            spec::Exponential<sim::Duration>{std::chrono::seconds(30)};
        spec::Distribution<sim::Duration> back_off =
            spec::Uniform<sim::Duration>{std::chrono::seconds(0), std::chrono::seconds(10)};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                std::tuple{
                    param("count", &Spec::count, at_least(1u), at_most(100000000u),
                          "Number of clients, each with one connection."),
                    required("holds", &Spec::holds,
                             "The endpoint that holds the connections: a connection lasts as long "
                             "as its steps."),
                    param("open_over", &Spec::open_over, at_least(sim::Duration::zero()),
                          "Ramp-up: the first connections are opened evenly over this time."),
                    param("frames", &Spec::frames, "Time between two frames of a connection."),
                    param("back_off", &Spec::back_off,
                          "Back-off: time from the end of a connection until its client "
                          "reconnects.")},
                client_params());
        }
        void check(spec::Check& check) const {
            ClientSpec::check(check);
            check.that(frames.build().mean() > 0, "frames", "frames without time between them",
                       "give a time such as \"30s\"");
            check.that(back_off.build().mean() > 0, "back_off",
                       "clients that are refused would come back without end at one instant",
                       "give a time such as \"1s\"");
        }
    };

    Connections(const Spec& spec, const Context& context);

    void connect() override;
    void start() override;
    void finish() override;
    void dismiss() override;

private:
    sim::Task<void> stay(std::uint64_t user);
    void note_reconnect();
    sim::Task<Response> hold(std::uint64_t user, std::uint64_t attempt);
    sim::Task<Response> chat(std::uint64_t user);

    Spec spec_;
    Context context_;
    Client client_;
    std::optional<Edge> holder_;
    sim::Distribution frames_;
    sim::Distribution back_off_;
    std::uint64_t pauses_;
    std::uint64_t frame_times_;
    std::uint64_t identities_;
    Tally opened_;
    Tally dropped_;
    Tally refused_;
    Tally reconnects_;
    Tally reconnects_peak_;
    sim::Timeline& open_;
    std::uint64_t next_frame_ = 0;
    std::int64_t second_ = -1;  // of the last reconnect
    std::uint64_t reconnects_in_it_ = 0;
    sim::TaskGroup crew_;
};

}  // namespace models
