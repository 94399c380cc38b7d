// {"transaction": "db", "steps": [...]}: calls of one database that are one transaction.
#pragma once

#include "models/steps/step.h"

namespace models {

struct TransactionStep {
    static constexpr std::string_view key = "transaction";
    static constexpr std::string_view doc =
        "Steps in a database transaction: BEGIN takes a connection, held until COMMIT or ROLLBACK. "
        "Calls of that database in the steps are its statements, one at a time; locks are held and "
        "writes invisible until the end. It is rolled back when a step fails, the caller gives up "
        "or the instance dies. Calls elsewhere and async steps are not part of it: there is no "
        "two-phase commit.";
    spec::TransactionRef value;
    Times latency;
    Steps steps;
    std::string name;
    static constexpr auto body() {
        return spec::param("transaction", &TransactionStep::value,
                           "The database, or the pooler of connections in front of it.");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("latency", &TransactionStep::latency,
                  "The network, one way, for BEGIN and for COMMIT or ROLLBACK: a round trip each."),
            param("steps", &TransactionStep::steps, not_empty(), "Steps of the transaction."),
            name_param(&TransactionStep::name)};
    }
    spec::Around around() const { return around_way(latency); }
    void check(spec::Check& check) const;

    void compile(StepCompiler& into) const;
    Cost cost(Costing& of) const;
    void inner(const auto& visitor) const { visitor(steps, "/steps"); }
};

}  // namespace models
