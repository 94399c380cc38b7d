// Rules of a layer-7 balancer, and trying the next target.
#include <doctest/doctest.h>

#include "tests/support/play.h"

namespace {

using sim::Outcome;

std::uint64_t offered(const sim::Recording& run, const std::string& node) {
    return support::node(run, node).totals.offered;
}

std::string routed_shop(const std::string& rules, const std::string& more = "") {
    return R"({"run": {"measure": "100s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "1000/s",
                    "calls": [{"to": "front.orders", "weight": 70, "writes": "50%"},
                              {"to": "front.images", "weight": 30}],
                    "population": {"network": "10.0.0.0/8", "segments": {"free": {}, "paid": {}},
                                   "locales": {"ko": {"weight": 3}, "en": {}}}},
        "front": {"kind": "pool", "of": "app", "rules": )" +
           rules + R"(},
        "app": {"kind": "server", "cores": 64, "endpoints": {"orders": [{"work": "0.1ms"}],
                "images": [{"work": "0.1ms"}]}},
        "other": {"kind": "server", "cores": 64, "endpoints": {"any": [{"work": "0.1ms"}],
                  "images": [{"work": "0.1ms"}]}})" +
           more + "}}";
}

}  // namespace

TEST_CASE("each condition takes the requests it fits, and all of a rule's conditions must") {
    struct Case {
        std::string rule;
        double share;
    };
    for (const Case& each :
         std::vector<Case>{{R"({"paths": ["images"], "to": "other"})", 0.3},
                           {R"({"paths": ["orders", "images"], "to": "other.any"})", 1},
                           {R"({"writes": true, "to": "other"})", 0.35},
                           {R"({"segments": ["paid"], "to": "other"})", 0.5},
                           {R"({"segments": ["free", "paid"], "to": "other"})", 1},
                           {R"({"locales": ["en"], "to": "other"})", 0.25},
                           {R"({"networks": ["10.0.0.0/9"], "to": "other"})", 0.5},
                           {R"({"networks": ["192.168.0.0/16"], "to": "other"})", 0},
                           {R"({"share": "10%", "to": "other"})", 0.1},
                           {R"({"paths": ["orders"], "writes": true, "segments": ["free"],
                  "to": "other"})",
                            0.175}}) {
        const auto run = support::play(routed_shop("[" + each.rule + "]"));
        const auto all = static_cast<double>(offered(run, "front"));
        INFO(each.rule);
        // 100,000 requests: 0.7 points are four standard errors.
        CHECK(std::abs(static_cast<double>(offered(run, "other")) / all - each.share) < 0.007);
        CHECK(offered(run, "other") + offered(run, "app") == offered(run, "front"));
        CHECK(support::node(run, "clients").totals.of(Outcome::failed) == 0);
    }
}

TEST_CASE("rules know users by the names that any client gives them, and say which they do not") {
    const std::string others = R"(, "others": {"kind": "open_loop", "rate": "100/s",
        "calls": "front.orders", "population": {"segments": {"staff": {}, "paid": {}}}},
        "nobody": {"kind": "open_loop", "rate": "100/s", "calls": "front.orders"})";
    const auto run =
        support::play(routed_shop(R"([{"segments": ["staff"], "to": "other"}])", others));
    // Half of the second client's; none of the first client's first segment, nor of those without.
    CHECK(std::abs(static_cast<double>(offered(run, "other")) - 5'000) < 300);
    const models::Loaded loaded = models::load(
        {"test.json", {}, {}, routed_shop(R"([{"segments": ["payed"], "to": "other"}])")});
    CHECK(!loaded.scenario);
    const std::string said = loaded.problems.render();
    CHECK_MESSAGE(said.find("no client has a segment \"payed\"") != std::string::npos, said);
    CHECK_MESSAGE(said.find("free, paid") != std::string::npos, said);
}

TEST_CASE("a sticky share is of users: each always goes the same way") {
    const auto played = [](const std::string& sticky) {
        const auto run = support::play(
            routed_shop(R"([{"share": "30%", "sticky": )" + sticky + R"(, "to": "other"}])"), 1,
            {"nodes.clients.population.people=1"});
        return static_cast<double>(offered(run, "other")) /
               static_cast<double>(offered(run, "front"));
    };
    const double all_or_none = played("true");
    CHECK((all_or_none == 0 || all_or_none == 1));
    CHECK(played("false") == doctest::Approx(0.3).epsilon(0.02));
}

TEST_CASE("the first rule that fits decides") {
    const auto run = support::play(routed_shop(
        R"([{"paths": ["images"], "to": "other"}, {"to": "third"}])",
        R"(, "third": {"kind": "server", "cores": 8, "endpoints": {"all": [{"work": "0.1ms"}]}})"));
    CHECK(offered(run, "app") == 0);
    CHECK(offered(run, "other") + offered(run, "third") == offered(run, "front"));
}

TEST_CASE("a path that only a rule knows and that does not fit is not found") {
    const auto run = support::play(
        routed_shop(R"([{"paths": ["admin"], "networks": ["192.168.0.0/16"], "to": "other"}])"), 1,
        {R"(nodes.clients.calls="front.admin")"});
    const sim::NodeRecord& clients = support::node(run, "clients");
    CHECK(clients.causes[static_cast<std::size_t>(models::cause::not_found)] ==
          clients.totals.finished());
}

TEST_CASE("an unknown path is a problem that names those there are") {
    const models::Loaded loaded = models::load(
        {"test.json", {}, {R"(nodes.clients.calls="front.nothing")"}, routed_shop("[]")});
    CHECK(!loaded.scenario);
    CHECK(loaded.problems.render().find("has no endpoint \"nothing\"") != std::string::npos);
}

namespace {

std::string failing_route(const std::string& next, const std::string& writes) {
    return R"({"run": {"measure": "50s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "200/s",
                    "calls": [{"to": "front", "writes": ")" +
           writes + R"("}]},
        "front": {"kind": "pool", "of": "app", "members": ["a", "b", "c", "d"],
                  "balancer": {"kind": "random"}, "next_upstream": )" +
           next + R"(},
        "app": {"kind": "server", "replicas": 2, "cores": 8,
                "endpoints": {"get": [{"work": "1ms"}, {"fail": 0.5}]}}}})";
}

double failed_share(const sim::Recording& run) {
    const sim::Totals& totals = support::node(run, "clients").totals;
    return 1 - totals.availability();
}

}  // namespace

TEST_CASE("the next target is tried, each once, as often and for what it says") {
    // Two of four refuse, two fail every second request. 10,000 requests: 2 points are four
    // standard errors.
    CHECK(failed_share(support::play(failing_route("null", "0%"))) ==
          doctest::Approx(0.75).epsilon(0.03));
    // Refused ones go on until one of the two is reached, which fails one in two.
    CHECK(failed_share(support::play(failing_route("{}", "0%"))) ==
          doctest::Approx(0.5).epsilon(0.04));
    // And with 500 both are reached: one in four.
    const std::string all = R"({"on": ["error", "http_500"]})";
    CHECK(failed_share(support::play(failing_route(all, "0%"))) ==
          doctest::Approx(0.25).epsilon(0.08));
    // A write that was refused is passed on, one that may have been done is not.
    CHECK(failed_share(support::play(failing_route(all, "100%"))) ==
          doctest::Approx(0.5).epsilon(0.04));
    // Two tries of four by chance. After a refusal, one in two: a third is refused again, two
    // thirds are one of the halves. After a failure, one in four: two thirds are refused, one third
    // is the other half. 1/2 * (1/3 + 2/3 * 1/2) + 1/4 * (2/3 + 1/3 * 1/2) = 0.5417.
    const std::string twice = R"({"on": ["error", "http_500"], "tries": 2})";
    CHECK(failed_share(support::play(failing_route(twice, "0%"))) ==
          doctest::Approx(0.5417).epsilon(0.04));
}
