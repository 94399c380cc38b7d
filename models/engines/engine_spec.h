// What can be said of one machine of a database.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/engines/storage.h"
#include "models/prices/instance_price.h"
#include "models/request.h"
#include "models/scheduling.h"
#include "models/spec/declaration/spec.h"
#include "models/times.h"
#include "sim/cpu.h"

namespace models {

struct EngineSpec {
    std::uint32_t connections = 100;
    sim::Duration connection_timeout = std::chrono::seconds(30);
    std::uint32_t cores = 8;
    sim::Discipline scheduling = sim::Discipline::fcfs;
    Times service_time = spec::Constant<sim::Duration>{std::chrono::milliseconds(2)};
    std::optional<Times> write_time;
    std::optional<sim::Duration> batch_row_time;
    spec::Named<Times> queries;
    std::optional<StorageSpec> storage;
    std::uint64_t rows = 0;
    sim::Bytes row_size{};
    InstancePrice price{};

    // What needs no core time cannot be slowed.
    Abilities suffers_as(Abilities instances) const;

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
              "Core time of a write that is not named in `queries`. Without it a write takes "
              "`service_time`, as reads do."),
        param("batch_row_time", &Spec::batch_row_time, at_least(sim::Duration::zero()),
              "Core time of each row after the first in a statement of many rows (a write-behind "
              "flush, a resharding batch). Without it each row costs as much as the first."),
        param("queries", &Spec::queries, "Core time of queries called by name."),
        param("storage", &Spec::storage,
              "Pages that queries read before they use a core: buffer pool and device. Without it "
              "all data is in memory and nothing is read from a device."),
        param("rows", &Spec::rows,
              "Number of items stored, numbered from 0; reading a higher one finds nothing. With 0 "
              "(the default) every item exists."),
        param("row_size", &Spec::row_size, at_most(sim::Bytes{~std::uint32_t{0}}),
              "Size of the answer about one item, which the network carries and caches store."),
        param("price", &Spec::price,
              "Price of each machine by time, or its size in `prices.sizes`. Without it, that of "
              "`instance_hours`.")};
}

}  // namespace models
