// What the structs around a reference say of it: the nearest that says something counts.
#include <doctest/doctest.h>

#include <map>
#include <string>

#include "models/topology/links.h"
#include "tests/support/play.h"

namespace {

// By the node that is referred to.
std::map<std::string, models::spec::Around> around(const std::string& nodes) {
    const models::Scenario scenario =
        support::scenario_from("{\"run\": {\"measure\": \"1s\"}, \"nodes\": {" + nodes + "}}");
    std::map<std::string, models::spec::Around> found;
    models::for_each_reference(scenario,
                               [&](std::size_t, const models::spec::Reference& reference) {
                                   found[reference.ref.node] = reference.around;
                               });
    return found;
}

const std::string kStores = R"(, "a": {"kind": "database"}, "b": {"kind": "database"})";

}  // namespace

TEST_CASE(
    "a call with a fallback, a limit's store and what is left to the background can be lost") {
    const auto with_fallback = around(
        R"("web": {"kind": "server", "endpoints": {"get": [
               {"call": "a", "policies": [{"kind": "fallback", "levels": [{"value": "x"}]}]},
               {"call": "b"}]}},
           "users": {"kind": "open_loop", "rate": "1/s", "calls": "web"})" +
        kStores);
    CHECK(with_fallback.at("a").is_survivable == true);
    CHECK_FALSE(with_fallback.at("b").is_survivable.has_value());
    const auto in_background = around(
        R"("web": {"kind": "server", "endpoints": {"get": [{"async": [{"call": "a"}]},
                                                           {"call": "b"}]}},
           "users": {"kind": "open_loop", "rate": "1/s", "calls": "web"})" +
        kStores);
    CHECK(in_background.at("a").is_survivable == true);
    CHECK_FALSE(in_background.at("b").is_survivable.has_value());
    for (const bool is_open : {true, false}) {
        const std::string on_failure = is_open ? "open" : "closed";
        const auto store = around(
            R"("users": {"kind": "open_loop", "rate": "1/s", "calls": "b", "policies": [{"kind": "rate_limiter",
                   "store": {"calls": "a", "on_failure": ")" +
            on_failure + "\"}}]}" + kStores);
        CHECK(store.at("a").is_survivable == is_open);
    }
}

TEST_CASE("a latency is of the calls within, unless one of these has its own") {
    const auto found = around(
        R"("users": {"kind": "open_loop", "rate": "1/s", "calls": "a", "latency": "5ms", "policies": [
               {"kind": "rate_limiter", "store": {"calls": "b"}}]})" +
        kStores);
    CHECK(found.at("a").has_own_latency == true);
    CHECK(found.at("b").has_own_latency == false);  // the links there
}
