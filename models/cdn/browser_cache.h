// The caches of users' browsers, in front of whatever they ask.
//
// Each user has a cache of his own, where he is: what it has and is fresh he sees at once, and no
// link carries anything. It is keyed by user and item; what is asked for goes on as it came. RFC
// 9111: private caches. Not modelled: reloads that skip it, conditional requests.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/blocks/ask.h"
#include "models/blocks/measure.h"
#include "models/caches/store.h"
#include "models/calls/edge.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "models/node.h"
#include "models/spec/declaration/spec.h"

namespace models {

class BrowserCache final : public Node, public Service {
public:
    struct Spec {
        static constexpr std::string_view kind = "browser_cache";
        static constexpr std::string_view doc =
            "The caches of users' browsers, one for each user, in front of what they call.";
        spec::CallRef calls;
        sim::Duration max_age = std::chrono::minutes(5);
        sim::Bytes capacity{std::uint64_t{1} << 40};
        sim::Bytes object_size{100000};
        EvictionChoice eviction;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                required("calls", &Spec::calls, "The node that is asked for what is not there."),
                param("max_age", &Spec::max_age, at_least(sim::Duration::zero()),
                      at_most(sim::Duration(std::chrono::hours(24 * 365))),
                      "How long an answer is fresh in a browser (Cache-Control: max-age). With 0s "
                      "nothing is kept."),
                param("capacity", &Spec::capacity, at_least(sim::Bytes{1}),
                      "Storage for objects, of all browsers together."),
                param("object_size", &Spec::object_size, at_least(sim::Bytes{1}),
                      at_most(sim::Bytes{~std::uint32_t{0}}),
                      "Room that an object takes whose size nobody says."),
                param("eviction", &Spec::eviction,
                      "Eviction policy: which object goes when they are full.")};
        }
    };

    BrowserCache(const Spec& spec, const Context& context);

    void connect() override;
    void finish() override;
    Service* service() override { return this; }
    Ledger* ledger() override;
    std::optional<EndpointId> endpoint(std::string_view name) const override;

    Go enter(Call&) override { return visit_.enter(); }
    Reply call(Request request) override { co_return co_await ask(context_.world, *this, request); }

private:
    class Looking final : public Keeps<Looking> {
    public:
        struct State {
            std::uint64_t due;
            std::uint64_t identity;
            bool was_relayed;
        };
        explicit Looking(BrowserCache& cache) : cache_(cache) {}
        Go enter(Call& call) override;
        Go answered(Call& call) override;
        void abandoned(Call& call) override;
        void restore(Call& call) override;

    private:
        BrowserCache& cache_;
    };

    static Key name_of(const Request& request);
    void keep(const Request& request, const Response& response);

    Spec spec_;
    Context context_;
    Store store_;
    std::vector<std::uint64_t> versions_;  // by slot
    Ledger* ledger_ = nullptr;
    std::optional<Edge> edge_;
    MeasuredVisit visit_;
    Looking looking_;
    Tally hits_;
    Tally misses_;
    Tally stale_responses_;
};

}  // namespace models
