// One machine of a database: a limited number of connections in front of cores that serve queries.
//
// A query waits for a connection, holds it while the cores work on it, and fails when no connection
// came free in time (HikariCP's connectionTimeout, 30 s by default). With the connections held by
// queries that wait for cores, more callers only wait longer: the pool is the limit that adding
// application servers does not move.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/context.h"
#include "models/databases/storage.h"
#include "models/databases/wal.h"
#include "models/servers/instance_state.h"
#include "models/servers/server.h"
#include "sim/cpu.h"
#include "sim/slots.h"

namespace models {

struct EngineSpec {
    std::uint32_t connections = 100;
    sim::Duration connection_timeout = std::chrono::seconds(30);
    std::uint32_t cores = 8;
    sim::Discipline scheduling = sim::Discipline::fcfs;
    Times service_time = spec::Constant<sim::Duration>{std::chrono::milliseconds(2)};
    std::optional<Times> write_time;
    spec::Named<Times> queries;
    std::optional<StorageSpec> storage;
    std::uint64_t rows = 0;
    sim::Bytes row_size{};
    sim::Price price{};

    std::vector<std::string> query_names() const;
    // Counted from 1; none of that name is there.
    std::optional<EndpointId> query(std::string_view name) const;
};

constexpr auto engine_params() {
    using namespace spec;
    using Spec = EngineSpec;
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
        param("storage", &Spec::storage,
              "Pages that queries read before they need a core; none are all in memory."),
        param("rows", &Spec::rows,
              "Items there are, numbered from 0; whatever is read beyond them is missing. 0 "
              "has every item."),
        param("row_size", &Spec::row_size, at_most(sim::Bytes{~std::uint32_t{0}}),
              "Of an answer about one item."),
        param("price", &Spec::price, "What it costs, each machine.")};
}

class Engine {
public:
    Engine(const EngineSpec& spec, const Context& context);

    // What a scraper reads of it over time.
    void sample(sim::Meter& meter);

    // What became of a query; it holds its connection as long as this is there.
    struct Statement {
        Response response;
        sim::Place connection;
        Wal::Open write;
    };
    // What this query touches, beyond what its number says.
    struct Touched {
        sim::Duration core_time = sim::Duration::zero();
        std::optional<std::uint64_t> pages;
    };
    // A connection, pages, and core time for the query of that number; 0 is one without a name.
    sim::Task<Statement> work(Request request, EndpointId query, Touched touched);
    sim::Task<Statement> work(Request request, EndpointId query) {
        return work(request, query, Touched());
    }

    // Its writes are open there while they have their connection.
    void log_writes_in(Wal& wal) { wal_ = &wal; }

    // A successful answer about an item, but for its version.
    Response answer_about(std::uint64_t key) const;

    bool is_up() const { return up_.is_up(); }
    std::uint32_t times_down() const { return up_.times_down(); }
    // True when this made the difference. Every query there fails at once.
    bool take_down();
    bool bring_up() { return up_.bring_up(); }
    void slow_down(double factor) { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) { cpu_.set_speed(slow_.speed_up(factor)); }
    sim::Duration backlog() const { return cpu_.backlog(); }
    // Its cores, for what is no query: applying a log, say.
    sim::Cpu& cpu() { return cpu_; }

    void begin_measuring();
    // Since then.
    double utilisation() const;
    double connections_in_use();
    double connections_peak() { return static_cast<double>(connections_.usage().peak()); }
    std::size_t waiting_peak() const { return waiting_peak_; }
    // What only some have to tell.
    void finish(sim::NodeRecord& record) const;

private:
    struct Query : sim::Link<Query> {
        explicit Query(sim::ThisTask<Statement> this_task) : task(this_task) {}
        sim::ThisTask<Statement> task;
    };

    struct Kind {
        std::uint64_t stream;
        sim::Distribution seconds;
    };

    const Kind& kind_of(const Request& request, EndpointId query) const;
    double measured() const;

    EngineSpec spec_;
    Context context_;
    sim::Cpu cpu_;
    sim::Slots connections_;
    std::optional<Storage> storage_;
    Wal* wal_ = nullptr;
    std::vector<Kind> kinds_;
    sim::List<Query> queries_;
    UpState up_;
    SpeedState slow_;
    std::size_t waiting_peak_ = 0;
    sim::Duration busy_before_{};
};

}  // namespace models
