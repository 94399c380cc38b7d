// {"transaction": "db", "steps": [...]}: calls of one database that are one transaction.
#pragma once

#include "models/steps/step.h"

namespace models {

struct TransactionStep {
    static constexpr std::string_view key = "transaction";
    static constexpr std::string_view doc =
        "Steps in a transaction of a database: BEGIN takes a connection, which is kept until "
        "COMMIT "
        "or ROLLBACK, whatever the steps wait for. Calls of that database in them are its "
        "statements, one at a time, and need no connection of their own; what they lock is locked, "
        "and what they write unseen, until the end. When a step fails, when the caller gives up or "
        "the instance dies, all is rolled back. What is called elsewhere, and what is async, is no "
        "part of it: there is no commit over two databases.";
    spec::TransactionRef value;
    Times latency;
    Steps steps;
    std::string name;
    static constexpr auto body() {
        return spec::param("transaction", &TransactionStep::value,
                           "The database, or the pooler of connections in front of it.");
    }
    template <class Self = TransactionStep>  // when a Step is complete
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("latency", &Self::latency,
                  "The network, one way, for BEGIN and for COMMIT or ROLLBACK: a round trip each."),
            param("steps", &Self::steps, not_empty(), "Steps of the transaction."),
            name_param(&Self::name)};
    }
    void check(spec::Check& check) const;

    void compile(StepCompiler& into) const;
    Cost cost(Costing& of) const;
    void inner(const auto& visitor) const { visitor(steps, "/steps"); }
};

}  // namespace models
