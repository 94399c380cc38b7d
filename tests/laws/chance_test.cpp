// Chance belongs to what a step is, not to where it stands: what does nothing changes no figure.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/play.h"

namespace {

const std::string kWork = R"({"work": {"kind": "exponential", "mean": "5ms"}})";
const std::string kQuery =
    R"({"choose": [{"weight": 3}, {"weight": 1, "steps": [{"call": "db"}]}]})";
const std::string kWait = R"({"wait": {"kind": "exponential", "mean": "2ms"}})";

const std::string kClients =
    R"("clients": {"kind": "open_loop", "rate": "300/s", "calls": "web.get"})";
const std::string kDatabase = R"("db": {"kind": "database", "connections": 50, "cores": 4,
    "service_time": {"kind": "exponential", "mean": "3ms"}})";

std::string web(const std::string& steps) {
    return R"("web": {"kind": "server", "replicas": 4, "cores": 1, "endpoints": {"get": [)" +
           steps + "]}}";
}

std::string world(const std::string& nodes) {
    return R"({"run": {"warm_up": "2s", "measure": "10s"}, "nodes": {)" + nodes + "}}";
}

std::string shop(const std::string& steps) {
    return world(kClients + ", " + web(steps) + ", " + kDatabase);
}

void check_alike(const sim::Recording& one, const sim::Recording& other) {
    for (const char* name : {"clients", "web", "db"}) {
        const sim::NodeRecord& a = support::node(one, name);
        const sim::NodeRecord& b = support::node(other, name);
        CHECK(a.totals.offered == b.totals.offered);
        CHECK(a.totals.of(sim::Outcome::succeeded) == b.totals.of(sim::Outcome::succeeded));
        CHECK(a.totals.finished() == b.totals.finished());
        CHECK(a.latency.succeeded.mean_seconds() == b.latency.succeeded.mean_seconds());
        CHECK(a.latency.succeeded.percentile(99) == b.latency.succeeded.percentile(99));
        CHECK(a.utilisation == b.utilisation);
    }
}

}  // namespace

TEST_CASE("a step that does nothing changes no figure, wherever it is inserted") {
    const std::vector<std::string> steps = {kWork, kQuery, kWait, kWork};
    const auto list = [&](std::size_t at, const std::string& extra) {
        std::string text;
        for (std::size_t i = 0; i <= steps.size(); ++i) {
            if (i == at && !extra.empty()) text += (text.empty() ? "" : ", ") + extra;
            if (i < steps.size()) text += (text.empty() ? "" : ", ") + steps[i];
        }
        return text;
    };
    const sim::Recording base = support::play(shop(list(0, "")));
    for (const char* nothing : {R"({"work": "0s"})", R"({"wait": "0s"})", R"({"fail": 0})",
                                R"({"choose": [{"steps": []}]})", R"({"count": "seen"})"}) {
        for (std::size_t at = 0; at <= steps.size(); ++at) {
            CAPTURE(nothing);
            CAPTURE(at);
            check_alike(base, support::play(shop(list(at, nothing))));
        }
    }
    // A step that is wrapped in a choice of one is where it was.
    const std::string wrapped =
        kWork + R"(, {"choose": [{"steps": [)" + kQuery + ", " + kWait + "]}]}, " + kWork;
    check_alike(base, support::play(shop(wrapped)));
}

TEST_CASE("a named step keeps its luck when others of its kind come before it") {
    const std::string named =
        R"({"work": {"kind": "exponential", "mean": "5ms"}, "name": "render"})";
    // Of a kind that draws too, but takes no time that others would feel: a wait, not on a core.
    const std::string other = R"({"wait": {"kind": "uniform", "min": "0ns", "max": "1ns"}})";
    const std::string more = R"({"work": {"kind": "uniform", "min": "0ns", "max": "1ns"}})";
    const sim::Recording base = support::play(shop(named + ", " + other));
    const sim::Recording with = support::play(shop(more + ", " + named + ", " + other));
    const double mean = support::node(base, "clients").latency.succeeded.mean_seconds();
    CHECK(support::node(with, "clients").latency.succeeded.mean_seconds() ==
          doctest::Approx(mean).epsilon(1e-5));
    // Without the name it is the second of its kind, which has luck of its own.
    const sim::Recording unnamed = support::play(shop(more + ", " + kWork + ", " + other));
    const double moved = support::node(unnamed, "clients").latency.succeeded.mean_seconds();
    CHECK(moved != doctest::Approx(mean).epsilon(1e-4));
}

TEST_CASE("the order of a file's nodes, and an island beside them, change no figure") {
    const std::string server = web(kWork + ", " + kQuery + ", " + kWait);
    const sim::Recording base = support::play(world(kClients + ", " + server + ", " + kDatabase));
    check_alike(base, support::play(world(kDatabase + ", " + server + ", " + kClients)));
    check_alike(base, support::play(world(server + ", " + kClients + ", " + kDatabase)));
    const std::string island =
        R"("others": {"kind": "open_loop", "rate": "200/s", "calls": "there"},
        "there": {"kind": "server", "endpoints": {"get": [{"work": {"kind": "exponential",
        "mean": "1ms"}}]}})";
    check_alike(base,
                support::play(world(kClients + ", " + server + ", " + kDatabase + ", " + island)));
}

TEST_CASE("a list that is gone through again with p is gone through 1 / (1 - p) times") {
    const auto mean_of = [](const std::string& again) {
        const sim::Recording run = support::play(
            world(R"("clients": {"kind": "open_loop", "rate": "2000/s", "calls": "web.get"}, )" +
                  std::string(R"("web": {"kind": "server", "cores": 64, "endpoints": {"get": [
                      {"wait": "1ms"}, {"again": ")") +
                  again + R"("}]}}, )" + kDatabase),
            1, {"run.measure=60s"});
        return support::node(run, "clients").latency.succeeded.mean_seconds();
    };
    // A geometric number of rounds has a standard deviation of sqrt(p) / (1 - p): of 120,000, four
    // standard errors of the mean are 0.8 % of it at one half, 1.1 % at 90 %.
    CHECK(mean_of("0%") == doctest::Approx(0.001));
    CHECK(mean_of("50%") == doctest::Approx(0.002).epsilon(0.009));
    CHECK(mean_of("90%") == doctest::Approx(0.010).epsilon(0.012));
}
