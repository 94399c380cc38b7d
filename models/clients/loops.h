// A load generator's loops: so many connections, each sending its next request when the last one
// has been answered. ab -c, wrk, hey; with a rate, wrk2.
//
// With a rate, request n was meant for n / rate. A loop that is late sends at once, and the latency
// counts from when it was meant; `sent` counts from when it was sent, as most tools do, and leaves
// out just the requests that waited (Gil Tene's coordinated omission).
#pragma once

#include <array>
#include <deque>
#include <string_view>
#include <tuple>

#include "models/clients/client.h"
#include "models/node.h"
#include "sim/timer.h"

namespace models {

enum class LatencyFrom { intended, sent };

constexpr auto names_of(LatencyFrom) {
    return std::array{
        spec::Word{"intended", LatencyFrom::intended,
                   "From the intended send time, so that waiting for a connection counts."},
        spec::Word{"sent", LatencyFrom::sent,
                   "From the actual send time, which leaves out waiting (coordinated omission)."}};
}

class Loops final : public Node, ClosedLoopSlots {
public:
    struct Spec : ClientSpec {
        static constexpr std::string_view kind = "loops";
        static constexpr std::string_view doc =
            "A load generator (ab, wrk): a number of connections, each sending the next request "
            "when it has its answer.";
        std::uint32_t concurrency = 10;
        std::uint64_t requests = 0;
        sim::Rate rate{};
        LatencyFrom latency_from = LatencyFrom::intended;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                std::tuple{param("concurrency", &Spec::concurrency, at_least(1u), at_most(1000000u),
                                 "Requests in flight at a time (ab's -c)."),
                           param("requests", &Spec::requests,
                                 "Total number of requests (ab's -n). With 0 (the default) they "
                                 "are sent until the run ends."),
                           param("rate", &Spec::rate, at_least(0.0), at_most(1e9),
                                 "Rate of all connections together (wrk2's -R). With 0/s (the "
                                 "default) each sends as fast as answers come."),
                           param("latency_from", &Spec::latency_from,
                                 "Whether latency is counted from the intended send time or from "
                                 "the actual one, which hides waiting (coordinated omission).")},
                client_params());
        }
    };

    Loops(const Spec& spec, const Context& context)
        : spec_(spec), context_(context), client_(spec, context, this) {}

    void connect() override { client_.connect(); }
    void start() override;
    void finish() override;
    void dismiss() override;

private:
    class Connection final : public sim::Event {
    public:
        Connection(Loops& loops, std::uint32_t slot)
            : index(slot), loops_(loops), until_(loops.context_.scheduler()) {}

        void wait_until(sim::Time time) { until_.start_at(time, static_cast<sim::Event&>(*this)); }
        void stop() { until_.stop(); }

        const std::uint32_t index;
        bool has_next = false;  // waits until its next request is meant to be sent
        std::uint64_t number = 0;
        sim::Time sent{};

    private:
        void fire() override {
            until_.fired();
            loops_.go_on(*this);
        }

        Loops& loops_;
        sim::Timer until_;
    };

    void go_on(Connection& connection);
    void begin_next(Connection& connection);
    void send(Connection& connection);
    void ended(std::uint32_t slot, const Response& response) override;
    sim::Time intended(std::uint64_t number) const;

    Spec spec_;
    Context context_;
    Client client_;
    std::uint64_t next_ = 0;
    std::uint64_t answered_ = 0;
    sim::Time last_answer_{};
    std::deque<Connection> connections_;
};

}  // namespace models
