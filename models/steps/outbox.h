// {"outbox": "relay"}: a row that commits or rolls back with its transaction, and is published
// later.
#pragma once

#include "models/steps/step.h"

namespace models {

struct OutboxStep {
    static constexpr std::string_view key = "outbox";
    static constexpr std::string_view doc =
        "Inserts a row into an outbox, in the transaction around it (transactional outbox): a "
        "write "
        "like any other there, which commits or rolls back with it. Who relays the outbox "
        "publishes "
        "a record about the request's item for each row that is committed.";
    spec::OutboxRef value;
    Times latency;
    std::string name;
    static constexpr auto body() {
        return spec::param("outbox", &OutboxStep::value,
                           "Who relays it: an `outbox_relay`, or a `cdc_connector`.");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("latency", &OutboxStep::latency,
                                "The network to the database, one way, instead of the links "
                                "there."),
                          name_param(&OutboxStep::name)};
    }
    spec::Around around() const { return around_way(latency); }
    void check(spec::Check& check) const {
        check.that(value.endpoint.empty(), "outbox", "an outbox has no endpoints",
                   "write \"" + value.node + "\"");
    }

    void compile(StepCompiler& into) const;
    Cost cost(Costing& of) const;
    void inner(const auto&) const {}
};

}  // namespace models
