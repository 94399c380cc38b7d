// Looks closely at some of the requests: chooses those that are traced, and keeps what the models
// say of them. It decides nothing that the models could feel, and draws from no stream of theirs.
//
// Whether a request is traced follows from its identity alone, so the same requests are traced
// whatever serves them (OpenTelemetry's consistent probability sampling: the lower 56 bits of the
// trace's id are random, and a share p of the traces has them at or above (1 - p) 2^56). Of those
// that are traced, some are kept in the end (kept_traces.h); no more than those are under way.
#pragma once

#include <array>
#include <initializer_list>
#include <map>
#include <span>
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
#include "sim/span_store.h"

namespace sim {

class Observer {
public:
    struct Plan {
        double share = 0;          // of the users' requests that are traced
        std::uint32_t traces = 0;  // at most
        std::uint32_t spans = 0;   // of one request, at most
        Duration cost{};           // of each span, in time of the cores that make it
        std::uint32_t lines = 0;   // of access logs, at most
        Duration flow_interval{};
        Time from{};        // when requests begin to count
        Duration length{};  // of the run from there
        std::vector<std::pair<std::string, Distribution>> attributes = {};  // of roots, drawn
        std::span<const std::string_view> words =
            {};  // that are said of many spans; they outlive it
        CauseTable causes = {};
    };
    Observer(const Scheduler& scheduler, const Plan& plan, std::uint64_t stream);

    const Plan& plan() const { return plan_; }

    struct Start {
        SpanKind kind = SpanKind::internal;
        std::uint32_t node = 0;
        NameId name = kNoName;
    };

    // One more request of a user: whether it is one of those that are traced.
    bool chooses(std::uint64_t identity) {
        ++observed_.requests;
        return request_key(stream_, identity) % kAll >= threshold_;
    }
    // The root of its trace, when it is; 0 when too many are under way.
    SpanNumber begin_trace(std::uint64_t identity, Time intended, const Start& start);

    // A span within another, or linked to it when that has ended. 0 when its request has enough of
    // them, or is not to be kept.
    SpanNumber begin(SpanNumber parent, const Start& start);

    // The root of a new trace, for work that `behind` left to be done later.
    SpanNumber begin_linked(SpanNumber behind, const Start& start);

    void end(SpanNumber span, Outcome outcome, Cause cause);

    // A stretch of time that has just ended and went into one thing, which was not a call.
    void spent(SpanNumber in, Spent what, Time from, Time to);

    // Which instance of a node a span there is at, and in which role, if they have any. Of a span
    // of another node, nothing is said.
    struct ServedBy {
        std::uint32_t node;
        std::uint32_t instance;
        std::string_view role = {};
    };
    void served_by(SpanNumber span, const ServedBy& who);

    // What is said of a span, or of something that happens in it now.
    struct Name {
        NameId id;
    };
    struct Hex {
        std::uint64_t value;
    };
    struct Attribute {
        NameId key;
        std::variant<std::int64_t, double, Name, Hex> value;
    };
    void attribute(SpanNumber span, const Attribute& attribute);
    void event(SpanNumber span, NameId name, std::initializer_list<Attribute> attributes = {});

    // The number of a name; of words that are said of many requests it is known.
    NameId name(std::string_view text) { return observed_.names.of(text); }
    NameId word(std::size_t index) const { return words_[index]; }

    // By the numbers that requests have them by.
    void has_endpoints(std::uint32_t node, std::map<std::uint32_t, std::string> names);
    // What the instances of a node are called, unless they are only counted.
    void has_instances(std::uint32_t node, std::vector<std::string> names);
    // Of an endpoint; the other name where it has none.
    NameId name_of(std::uint32_t node, std::uint32_t endpoint, std::string_view otherwise);
    void logs(std::string node) { observed_.logged.push_back(std::move(node)); }
    void access(const AccessLine& line);

    bool counts_flows() const { return plan_.flow_interval > Duration::zero(); }
    void flow(const Flow& more);

    // Blocks of spans that there is room for, used or not.
    std::size_t span_blocks() const { return store_.blocks(); }

    // The run is over: what happens from now on is not seen.
    Observed finish();

private:
    static constexpr int kRandomBits = 56;  // of a trace's id, by which it is chosen
    static constexpr std::uint64_t kAll = std::uint64_t{1} << kRandomBits;

    static std::uint64_t threshold_of(double share);
    bool has_room(RequestSpans& request, std::uint32_t trace);
    SpanStore::Added add(RequestSpans& request, std::uint32_t trace);
    SpanStore::Added begin_span(RequestSpans& request, std::uint32_t trace, const Start& start);
    SpanNumber begin_linked(const Span& behind, SpanNumber number, RequestSpans& request,
                            const Start& start);
    void add_attribute(RequestSpans& request, EntryList& list, const Attribute& attribute);
    void settle(RequestSpans& request);
    void close(RequestSpans& request);
    void list(RequestSpans& request, KeptFor why);
    SpanNumber listed(SpanNumber number) const;

    const Scheduler& scheduler_;
    Plan plan_;
    std::uint64_t stream_;
    std::uint64_t threshold_;
    bool is_over_ = false;
    SpanStore store_;
    KeptTraces kept_;
    std::uint32_t open_ = 0;  // requests under way
    std::array<NameId, kSpents> spent_{};
    std::vector<NameId> words_;  // of the plan
    NameId exception_;
    NameId exception_type_;
    std::vector<std::pair<NameId, Distribution>> attributes_;  // of roots
    std::vector<std::map<std::uint32_t, NameId>> endpoints_;   // by node
    Observed observed_;
    std::map<std::tuple<NameId, NameId, bool, bool>, std::size_t> flows_;  // of now
    std::uint32_t flow_number_ = 0;
};

}  // namespace sim
