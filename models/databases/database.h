// A database: a limited number of connections in front of cores that serve queries.
//
// A query waits for a connection, holds it while the cores work on it, and fails when no connection
// came free in time (HikariCP's connectionTimeout, 30 s by default). With the connections held by
// queries that wait for cores, more callers only wait longer: the pool is the limit that adding
// application servers does not move.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <tuple>

#include "models/data/ledger.h"
#include "models/node.h"
#include "models/presence.h"
#include "models/servers/instance_state.h"
#include "models/servers/server.h"
#include "sim/cpu.h"
#include "sim/slots.h"

namespace models {

class Database final : public Node, public Instance {
public:
    struct Spec {
        static constexpr std::string_view kind = "database";
        static constexpr std::string_view doc =
            "One database: a pool of connections, and cores that serve its queries.";
        std::uint32_t connections = 100;
        sim::Duration connection_timeout = std::chrono::seconds(30);
        std::uint32_t cores = 8;
        sim::Discipline scheduling = sim::Discipline::fcfs;
        Times service_time = spec::Constant<sim::Duration>{std::chrono::milliseconds(2)};
        std::optional<Times> write_time;
        spec::Named<Times> queries;
        std::uint64_t rows = 0;
        sim::Bytes row_size{};
        sim::Price price{};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("connections", &Spec::connections, at_least(1u), at_most(10000000u),
                      "Connections in its pool; a query holds one until it is done."),
                param("connection_timeout", &Spec::connection_timeout, above(sim::Duration::zero()),
                      "How long a query waits for a connection before it fails."),
                param("cores", &Spec::cores, at_least(1u), at_most(4096u),
                      "Queries served at a time, each by one core."),
                param("scheduling", &Spec::scheduling, "How its cores serve queries."),
                param("service_time", &Spec::service_time,
                      "Core time of a query that is not named in `queries`."),
                param("write_time", &Spec::write_time,
                      "Core time of a write that is not named; none: as `service_time`."),
                param("queries", &Spec::queries, "Core time of queries called by name."),
                param(
                    "rows", &Spec::rows,
                    "Items there are, numbered from 0; whatever is read beyond them is missing. 0 "
                    "has every item."),
                param("row_size", &Spec::row_size, at_most(sim::Bytes{~std::uint32_t{0}}),
                      "Of an answer about one item."),
                param("price", &Spec::price, "What it costs.")};
        }
        std::uint32_t instance_count() const { return 1; }
        std::vector<std::string> endpoint_names() const {
            std::vector<std::string> names;
            for (const auto& [name, times] : queries) names.push_back(name);
            return names;
        }
    };

    Database(const Spec& spec, const Context& context);

    void begin_measuring() override;
    void finish() override;
    Service* service() override { return this; }
    Ledger* ledger() override { return &ledger_; }
    std::optional<EndpointId> endpoint(std::string_view name) const override;
    std::span<Instance* const> instances() override { return {&self_, 1}; }

    Reply call(Request request) override;

    bool is_up() const override { return up_.is_up(); }
    sim::Duration backlog() const override { return cpu_.backlog(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override { up_.bring_up(); }
    void slow_down(double factor) override { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu_.set_speed(slow_.speed_up(factor)); }

private:
    struct Query : sim::Link<Query> {
        Query(Presence& here, sim::ThisTask<Response> this_task)
            : presence(here), task(this_task) {}

        Presence& presence;
        sim::ThisTask<Response> task;
    };

    struct Kind {
        std::uint64_t stream;
        sim::Distribution seconds;
    };

    const Kind& kind_of(const Request& request) const;
    Response answer(const Request& request);

    Spec spec_;
    Context context_;
    Ledger ledger_;
    sim::Cpu cpu_;
    sim::Slots connections_;
    std::vector<Kind> kinds_;
    sim::List<Query> queries_;
    UpState up_;
    SpeedState slow_;
    Instance* self_ = this;
    std::size_t waiting_peak_ = 0;
    sim::Duration busy_before_{};
};

}  // namespace models
