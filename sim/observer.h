// Looks closely at some of the requests: chooses those that are traced, and keeps what the models
// say of them. It decides nothing that the models could feel, and draws from no stream of theirs.
//
// Whether a request is traced follows from its identity alone, so the same requests are traced
// whatever serves them (OpenTelemetry's consistent probability sampling: the lower 56 bits of the
// trace's id are random, and a share p of the traces has them at or above (1 - p) 2^56).
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "sim/distribution.h"
#include "sim/rng.h"
#include "sim/scheduler.h"
#include "sim/span.h"

namespace sim {

class Observer {
public:
    struct Plan {
        double share = 0;          // of the users' requests that are traced
        std::uint32_t traces = 0;  // at most
        std::uint32_t spans = 0;   // of one trace, at most
        Duration cost{};           // of each span, in time of the cores that make it
        std::uint32_t lines = 0;   // of access logs, at most
        Duration flow_interval{};
        std::vector<std::pair<std::string, Distribution>> attributes = {};  // of roots, drawn
    };
    Observer(const Scheduler& scheduler, const Plan& plan, std::uint64_t stream);

    const Plan& plan() const { return plan_; }

    struct Start {
        SpanKind kind = SpanKind::internal;
        std::uint32_t node = 0;
        std::string_view name;
    };

    // One more request of a user: whether it is one of those that are traced.
    bool chooses(std::uint64_t identity) {
        if (is_over_) return false;
        ++observed_.requests;
        return threshold_ < kAll && request_key(stream_, identity) % kAll >= threshold_;
    }
    // The root of its trace, when it is; 0 when there are enough of them.
    SpanNumber begin_trace(std::uint64_t identity, Time intended, const Start& start);

    // A span within another, or linked to it when that has ended. 0 when its trace is full.
    SpanNumber begin(SpanNumber parent, const Start& start);

    // The root of a new trace, for work that `behind` left to be done later.
    SpanNumber begin_linked(SpanNumber behind, const Start& start);

    void end(SpanNumber span, Outcome outcome, Cause cause);

    // A stretch of time that has just ended and went into one thing, which was not a call.
    void spent(SpanNumber in, Spent what, Time from, Time to);

    Span& span(SpanNumber number) { return observed_.spans[number - 1]; }

    // What is said of a span, or of something that happens in it now.
    struct Hex {
        std::uint64_t value;
    };
    struct Attribute {
        std::string_view key;
        std::variant<std::int64_t, double, std::string_view, Hex> value;
    };
    void attribute(SpanNumber span, const Attribute& attribute);
    void event(SpanNumber span, std::string_view name,
               std::initializer_list<Attribute> attributes = {});

    // The number of a name that is said often.
    NameId name(std::string_view text) { return observed_.names.of(text); }

    void has_endpoints(std::uint32_t node, std::vector<std::string> names);
    std::string_view name_of(std::uint32_t node, std::uint32_t endpoint,
                             std::string_view otherwise) const;
    void logs(std::string node) { observed_.logged.push_back(std::move(node)); }
    void access(const AccessLine& line);

    bool counts_flows() const { return plan_.flow_interval > Duration::zero(); }
    void flow(const Flow& more);

    const Observed& observed() const { return observed_; }

    // The run is over: what happens from now on is not seen.
    Observed finish();

private:
    static constexpr int kRandomBits = 56;  // of a trace's id, by which it is chosen
    static constexpr std::uint64_t kAll = std::uint64_t{1} << kRandomBits;

    static std::uint64_t threshold_of(double share);
    void add_attribute(EntryList& list, const Attribute& attribute);
    SpanNumber add(std::uint32_t trace, const Start& start);
    void inherit_instance(SpanNumber number, SpanNumber from);
    std::uint32_t add_trace(std::uint64_t high, std::uint64_t low);

    const Scheduler& scheduler_;
    Plan plan_;
    std::uint64_t stream_;
    std::uint64_t threshold_;
    bool is_over_ = false;
    Observed observed_;
    std::map<std::tuple<NameId, NameId, bool, bool>, std::size_t> flows_;  // of now
    std::uint32_t flow_number_ = 0;
};

}  // namespace sim
