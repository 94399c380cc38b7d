#include "reports/bottlenecks.h"
#include "tests/support/text.h"

#include <doctest/doctest.h>

using namespace reports;

using support::has;

namespace {

NodeSummary node(const char* name, double busy, double waiting_s = 0) {
    NodeSummary made;
    made.name = name;
    made.utilisation = busy;
    made.totals.offered = 10;
    made.totals.ended = {10, 0, 0, 0};
    made.spent_s[static_cast<std::size_t>(sim::Spent::queueing)] = 10 * waiting_s;
    return made;
}

Summary summary_of(std::vector<NodeSummary> nodes) {
    Summary summary;
    summary.nodes = std::move(nodes);
    return summary;
}

}  // namespace

TEST_CASE("the fullest comes first, and carries the inverse of what is in use") {
    const auto resources = resources_of(summary_of({node("web", 0.2), node("db", 0.8)}));
    REQUIRE(resources.size() == 2);
    CHECK(resources[0].node == "db");
    CHECK(resources[0].carries() == doctest::Approx(1.25));
    CHECK(resources[1].carries() == doctest::Approx(5));
}

TEST_CASE("of two that are full, the one where requests wait longer limits") {
    const auto resources =
        resources_of(summary_of({node("web", 0.99, 0.001), node("db", 0.95, 2.0)}));
    CHECK(resources.front().node == "db");
    const auto sentences = explain(resources);
    CHECK(has(sentences[0], "db limits the system: db's cores are 95 % in use"));
    CHECK(has(sentences[0], "a request waits 2 s in its lines"));
    CHECK(has(sentences[1], "Were db relieved, web's cores would be next: 99 % in use now"));
}

TEST_CASE("connections and whatever is a share in use count, clients do not") {
    NodeSummary db = node("db", 0.3);
    db.connections_in_use = 0.7;
    db.measures = {{"threads_in_use", "1", 0.5}, {"hit_ratio", "1", 0.9}};
    NodeSummary users = node("users", 0.99);
    users.is_client = true;
    const auto resources = resources_of(summary_of({db, users}));
    REQUIRE(resources.size() == 3);
    CHECK(resources[0].what == "connections");
    CHECK(resources[1].what == "threads");
    CHECK(resources[2].what == "cores");
    CHECK(next_of(resources) == nullptr);
}

TEST_CASE("nothing at its limit is said, and so is a system without limits") {
    CHECK(has(explain(resources_of(summary_of({node("db", 0.4)})))[0],
              "Nothing is at its limit. db's cores are 40 % in use: full at 2.5x today's load."));
    CHECK(explain({}).front() == "Nothing here has a limit.");
}
