// What every relay of what a database commits must do, whoever is in the family and whatever fails:
// each row has a record in the end, and no record is of a row that was not committed. And while
// something fails it is late, or those who order see it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <string_view>

#include "models/failures/failures.h"
#include "models/nodes.h"
#include "tests/support/play.h"

namespace {

// By kind: how it is declared, and the figure that says how many rows there were.
struct Relayed {
    std::string relay;
    std::string rows;
};
const std::map<std::string_view, Relayed>& relay_kinds() {
    static const std::map<std::string_view, Relayed> all = {
        {"outbox_relay", {R"("poll_interval": "200ms", "rows_per_poll": 50)", "rows"}},
        {"cdc_connector", {R"("captures": "outbox", "poll_interval": "200ms")", "changes"}}};
    return all;
}

// Orders for 20 of 50 s. Its process has no other work, but its clock and its network.
std::string relaying(std::string_view kind, const std::string& failure) {
    return fmt::format(R"({{"run": {{"measure": "50s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "calls": [{{"to": "shop.order", "writes": "100%"}}], "rate": "50/s",
                     "population": {{"keys": {{"kind": "in_turn", "count": 1000000}}}},
                     "stages": [{{"target": "50/s", "duration": "20s"}}, {{"target": "0/s", "duration": "0s"}}]}},
        "shop": {{"kind": "server", "replicas": 2, "threads": 1000, "endpoints": {{"order": [
            {{"transaction": "db", "steps": [{{"call": "db"}}, {{"outbox": "relay"}}]}}]}}}},
        "db": {{"kind": "database", "service_time": "1ms", "wal": {{"fsync_time": "1ms"}}}},
        "relay": {{"kind": "{}", "database": "db", "topic": "kafka.orders", "runs_in": "publisher", {}}},
        "publisher": {{"kind": "server", "endpoints": {{"health": [{{"work": "1ms"}}]}}}},
        "kafka": {{"kind": "kafka", "request_time": "1ms", "broker_session_timeout": "3s",
                   "broker_heartbeat_interval": "500ms", "election_timeout": "500ms",
                   "topics": {{"orders": {{"min_insync_replicas": 2}}}}}},
        "group": {{"kind": "consumer_group", "topics": ["kafka.orders"], "handler": "viewer.apply",
                   "commit": "after", "initial_rebalance_delay": "0s", "heartbeat_interval": "500ms",
                   "session_timeout": "2s"}},
        "viewer": {{"kind": "server", "endpoints": {{"apply": [{{"call": "view", "write": true}}]}}}},
        "view": {{"kind": "database", "service_time": "100us"}},
        "account": {{"kind": "reconciliation", "source": "db", "target": "view"}}}},
        "failures": [{}]}})",
                       kind, relay_kinds().at(kind).relay, failure);
}

std::string failing_relay(std::string_view kind, const std::string& target) {
    const bool ends = kind != "kill" && kind != "corrupt";
    const bool takes_memory = kind == "memory_stress";
    return fmt::format(R"({{"kind": "{}", "target": "{}", "at": "8s"{}{}}})", kind, target,
                       ends ? R"(, "lasts": "2s")" : "",
                       takes_memory ? R"(, "bytes": "1TiB")" : "");
}

bool differ_clearly(double one, double other) {
    return std::abs(one - other) > 0.02 * std::max(one, other);
}

// Of relays what a failure takes is time; of those who order, answers, and theirs.
bool is_seen(const sim::Recording& struck, const sim::Recording& quiet) {
    const sim::NodeRecord& one = support::node(struck, "clients");
    const sim::NodeRecord& other = support::node(quiet, "clients");
    const auto answered = [](const sim::NodeRecord& each) {
        return static_cast<double>(each.totals.of(sim::Outcome::succeeded));
    };
    return differ_clearly(answered(one), answered(other)) ||
           differ_clearly(support::measure(one, "wrong_answers"),
                          support::measure(other, "wrong_answers")) ||
           differ_clearly(one.latency.succeeded.mean_seconds(),
                          other.latency.succeeded.mean_seconds()) ||
           differ_clearly(support::measure(struck, "relay", "age"),
                          support::measure(quiet, "relay", "age"));
}

void check_relayed(std::string_view kind, const sim::Recording& run) {
    const double rows = support::measure(run, "relay", relay_kinds().at(kind).rows);
    CHECK(rows > 0);
    CHECK(rows == support::measure(run, "account", "in_source"));
    CHECK(support::measure(run, "relay", "unsent") == 0);
    CHECK(support::measure(run, "relay", "published") ==
          rows + support::measure(run, "relay", "published_again"));
    CHECK(support::measure(run, "account", "missing") == 0);
    CHECK(support::measure(run, "account", "ghosts") == 0);
}

}  // namespace

TEST_CASE("every kind that relays is tried") {
    for (const models::NodeChoice& choice : models::Nodes::each()) {
        if (!models::Nodes::facts_of(choice).is(models::Role::relays)) continue;
        CAPTURE(choice.kind());
        CHECK(relay_kinds().contains(choice.kind()));
    }
}

TEST_CASE("a failure of the database, the broker or the process makes a relay late, and no more") {
    std::size_t played = 0;
    for (const auto& entry : relay_kinds()) {
        const std::string_view kind = entry.first;
        CAPTURE(kind);
        const sim::Recording quiet = support::play(relaying(kind, ""), 3);
        check_relayed(kind, quiet);
        for (const auto& failure : models::Failures::each()) {
            for (const std::string target : {"db", "kafka", "publisher", "shop"}) {
                // Its process has no work that could be slow, hang or be answered with errors.
                const bool is_of_requests =
                    failure.kind() != "crash" && failure.kind() != "kill" && target == "publisher";
                const std::string text = relaying(kind, failing_relay(failure.kind(), target));
                models::Loaded loaded = models::load({"law.json", {}, {}, text});
                if (!loaded.scenario) continue;
                CAPTURE(failure.kind());
                CAPTURE(target);
                const sim::Recording struck = models::simulate(*loaded.scenario, {3, 0});
                check_relayed(kind, struck);
                CHECK((is_of_requests || is_seen(struck, quiet)));
                ++played;
            }
        }
    }
    CHECK(played >= 20);
}
