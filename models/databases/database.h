// A database on one machine (engine.h).
#pragma once

#include <optional>
#include <string_view>
#include <tuple>

#include "models/data/ledger.h"
#include "models/databases/engine.h"
#include "models/node.h"
#include "models/servers/connection_limit.h"

namespace models {

class Database final : public Node, public Instance {
public:
    struct Spec : EngineSpec {
        static constexpr std::string_view kind = "database";
        static constexpr std::string_view doc =
            "One database: a pool of connections, and cores that serve its queries.";
        std::optional<std::uint32_t> max_connections;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                engine_params(),
                std::tuple{param("max_connections", &Spec::max_connections, at_least(1u),
                                 at_most(10000000u),
                                 "Connections that its callers' pools may open in all; one more is "
                                 "refused. None is no limit.")});
        }
        std::uint32_t instance_count() const { return 1; }
        std::vector<std::string> endpoint_names() const { return query_names(); }
    };

    Database(const Spec& spec, const Context& context)
        : spec_(spec),
          context_(context),
          engine_(spec, context),
          connection_limit_(spec.max_connections) {}

    void begin_measuring() override { engine_.begin_measuring(); }
    void finish() override;
    Service* service() override { return this; }
    Ledger* ledger() override { return &ledger_; }
    ConnectionLimit* connection_limit() override { return &connection_limit_; }
    std::optional<EndpointId> endpoint(std::string_view name) const override {
        return spec_.query(name);
    }
    std::span<Instance* const> instances() override { return {&self_, 1}; }

    Reply call(Request request) override;

    bool is_up() const override { return engine_.is_up(); }
    sim::Duration backlog() const override { return engine_.backlog(); }
    std::uint32_t times_down() const override { return engine_.times_down(); }
    void take_down() override { engine_.take_down(); }
    void bring_up() override { engine_.bring_up(); }
    void slow_down(double factor) override { engine_.slow_down(factor); }
    void speed_up(double factor) override { engine_.speed_up(factor); }

private:
    Response answer(const Request& request);

    Spec spec_;
    Context context_;
    Ledger ledger_;
    Engine engine_;
    ConnectionLimit connection_limit_;
    Instance* self_ = this;
};

}  // namespace models
