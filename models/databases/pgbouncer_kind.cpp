#include "models/databases/pgbouncer.h"
#include "models/nodes.h"

namespace models {

namespace {

struct PgbouncerKind {
    using Node = Pgbouncer;
    static constexpr Role role = Role::answers | Role::passes_on;
    static constexpr auto edges =
        std::array{edge("of", Passes::to_instances, "Statements, as they came.")};
    static constexpr auto figures = std::array{
        figure("cl_active", Unit::count, Merge::over_time,
               "Client connections that are linked to a server connection (cl_active)."),
        figure("cl_waiting", Unit::count, Merge::over_time,
               "Client connections that wait for a server connection (cl_waiting)."),
        figure("sv_idle", Unit::count, Merge::over_time, "Idle server connections (sv_idle)."),
        figure("query_wait_timeouts", Unit::count, Merge::sum,
               "Calls that failed because they waited for a server connection longer than "
               "query_wait_timeout."),
        figure("server_connections_peak", Unit::count, Merge::peak,
               "Most connections to the database at a time."),
        figure("reserve_connections", Unit::count, Merge::sum,
               "Connections opened from the reserve."),
        figure("client_connections_peak", Unit::count, Merge::peak,
               "Most connections that callers had open."),
        figure("client_connections_refused", Unit::count, Merge::sum,
               "Connections of callers that were refused."),
        figure("server_connections_in_use", Unit::count, Merge::mean,
               "Connections to the database in use, mean over time."),
        figure("wait_time", Unit::seconds, Merge::mean,
               "How long a call waited for a server connection.")};
    static constexpr auto resources = std::array{
        resource("server connections", ResourceKind::places, Unit::count,
                 "Connections to the database: a client holds one for as long as the pool mode "
                 "says.",
                 "The end of the session, the transaction or the statement.",
                 {.parameter = "default_pool_size", .refusal = cause::no_connection}),
        resource("thread", ResourceKind::work, Unit::count,
                 "The one thread that passes on all statements.", "The end of its work on one.",
                 {.within = "server connections"}),
        client_connections("max_client_conn")};
    static constexpr auto usages = std::array{kInstanceHours};
    static Instances instances(const Pgbouncer::Spec& spec) {
        return {.instances = spec.instance_count(),
                .suffers = spec.suffers(),
                .zones = {},
                .roles = {},
                .has_doors = false,
                .talks_among_itself = false,
                .pods = {}};
    }
    static Answers answers(const Pgbouncer::Spec& spec) {
        return {.endpoints = {},
                .first_answers = false,
                .reads_content = false,
                .takes_evictions = false,
                .has_versions = true,
                .readings = {},
                .audiences = {},
                .no_transactions = spec.no_transactions()};
    }
    static PassesOn passes_on(const Pgbouncer::Spec&) {
        return {.balancers = 0, .members = nullptr};
    }
    static Capacity capacity(const Pgbouncer::Spec& spec) {
        return {.instances = spec.instance_count(),
                .cores = 0,
                .slots_name = {},
                .slots = 0,
                .paid = {{"price", spec.price, 1}},
                .notes = {}};
    }
    static Cost cost(const Pgbouncer::Spec& spec, const std::string& endpoint, Costing& costing) {
        Cost cost = passed_on(spec.of, endpoint, spec.statements, costing);
        const auto work = spec.work.build();
        for (std::uint32_t i = 0; i < spec.statements; ++i) {
            cost.add_work(work.mean(), work.variance());
        }
        const double network = 2 * spec.statements * spec.latency.build().mean();
        const double between = (spec.statements - 1) * spec.between_statements.build().mean();
        cost.stays_s += cost.core_s + network + between;
        // Between two statements a connection is held by all but statement pooling.
        const bool is_given_back = spec.pool_mode == PoolMode::statement;
        cost.resources["thread"] = {cost.core_s, 1, true};
        cost.resources["client connections"] = {cost.stays_s,
                                                static_cast<double>(spec.max_client_conn)};
        cost.resources["server connections"] = {cost.stays_s - (is_given_back ? between : 0),
                                                static_cast<double>(spec.default_pool_size)};
        return cost;
    }
};

}  // namespace

const NodeKind& pgbouncer_kind() {
    static const NodeKind kind = node_kind<PgbouncerKind>();
    return kind;
}

}  // namespace models
