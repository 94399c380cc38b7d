#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "models/causes.h"
#include "reports/render/csv.h"
#include "reports/render/run_json.h"
#include "reports/render/text.h"
#include "reports/words/terminal.h"
#include "tests/support/text.h"

using namespace reports;

using support::has;

namespace {

NodeSummary node_of_kind(std::string name, std::string kind) {
    NodeSummary made;
    made.name = std::move(name);
    made.kind = std::move(kind);
    return made;
}

Summary small() {
    Summary made;
    made.replications = 1;
    made.seed = 42;
    made.fingerprint = "0123456789abcdef";
    made.simulated_s = 600;
    made.totals.offered = 1234567;
    made.totals.ended = {1234000, 0, 67, 500};
    made.availability = made.totals.availability();
    made.latency.succeeded.record_n(std::chrono::milliseconds(12), 1234000);
    made.latency.failed.record_n(std::chrono::seconds(30), 567);
    made.nodes = {node_of_kind("shoppers", "open_loop"), node_of_kind("web", "server"),
                  node_of_kind("db", "database")};
    made.nodes[0].is_client = true;
    made.nodes[0].totals = made.totals;
    made.nodes[2].utilisation = 0.97;
    made.nodes[2].spent_s = {90, 5, 5, 0, 0};
    made.cause_names = models::kCauses;
    made.nodes[2].causes[static_cast<std::size_t>(models::cause::no_connection)] = 4212;
    made.diagnosis.sentences = {"db limits the system: its cores are 97 % in use (0.97 of 1)."};
    made.incidents = {{sim::Time(std::chrono::seconds(300)), "db", "slow", "1 of 1 instances"}};
    return made;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

nlohmann::json parsed(const std::string& text) {
    return nlohmann::json::parse(text, nullptr, false);
}

}  // namespace

TEST_CASE("the report of a small system fits a screen of 80 by 24") {
    const std::vector<Verdict> verdicts = {{"p(99) < 250ms", {0.012, Dimension::time}, true},
                                           {"availability >= 99.99%", {0.99, Dimension::share}}};
    const std::string text =
        text_report({"shop", "", "shop.json", "", "{}"}, small(), verdicts, 1, false);
    const auto lines = lines_of(text);
    CHECK(lines.size() <= 24);
    for (const std::string& line : lines) {
        CAPTURE(line);
        CHECK(width_of(line) <= 80);
    }
    CHECK(text.find("held     p(99) < 250ms") != std::string::npos);
    CHECK(text.find("CROSSED  availability >= 99.99%  was 99%") != std::string::npos);
    CHECK(text.find("at db: 4,212 no connection") != std::string::npos);
    CHECK(text.find("db limits the system") != std::string::npos);
    CHECK(text.find('\033') == std::string::npos);
}

TEST_CASE("colour comes only when asked for") {
    CHECK(text_report({"shop", "", "", "", "{}"}, small(), {}, 1, true).find("\033[") !=
          std::string::npos);
}

TEST_CASE("hostile names are shown, not obeyed") {
    CHECK(printable("a\033[31mb") == "a\\u001b[31mb");
    CHECK(printable("line\nbreak\ttab") == "line\\u000abreak\\u0009tab");
    CHECK(printable("\u202Eevil") == "\\u202eevil");
    CHECK(printable("\xff\xc3") == "\\xff\\xc3");
    CHECK(printable("\xc2\x9b") == "\\u009b");
    CHECK(printable("\xc0\xaf\xed\xa0\x80") == "\\xc0\\xaf\\xed\\xa0\\x80");
    CHECK(printable("주문 größe 🙂") == "주문 größe 🙂");
}

TEST_CASE("wide characters take two columns, combining marks none") {
    CHECK(width_of("abc") == 3);
    CHECK(width_of("주문") == 4);
    CHECK(width_of("e\u0301") == 1);
    CHECK(fitted("주문", 6) == "주문  ");
    CHECK(fitted("주문서버", 6) == "주문~ ");
    CHECK(width_of(fitted("주문서버", 7)) == 7);
    CHECK(fitted("abcdef", 4) == "abc~");
}

TEST_CASE("run.json has what scripts build on") {
    Summary summary = small();
    summary.intervals["p99"] = {0.010, 0.014};
    summary.intervals["availability"] = {0.9, 0.99};
    const std::vector<Verdict> verdicts = {{"p(99) < 250ms", {0.1482, Dimension::time}, true}};
    const auto run =
        parsed(run_json({"shop", "", "shop.json", "ab", "{\"x\":1}"}, summary, verdicts, "1", 0.5));
    REQUIRE(run.is_object());
    CHECK(run["schema"] == "spate.run/1");
    CHECK(run["scenario"]["resolved"]["x"] == 1);
    const auto& totals = run["totals"];
    CHECK(totals["offered"].get<int>() ==
          totals["succeeded"].get<int>() + totals["failed"].get<int>() +
              totals["rejected"].get<int>() + totals["timed_out"].get<int>() +
              totals["in_flight"].get<int>());
    CHECK(run["latency_ms"]["p99"].get<double>() == doctest::Approx(12).epsilon(0.001));
    CHECK(run["ci95"]["latency_ms"]["p99"][0].get<double>() == doctest::Approx(10));
    CHECK(run["ci95"]["totals"]["availability"][1].get<double>() == doctest::Approx(0.99));
    CHECK(run["nodes"]["db"]["causes"]["no_connection"] == 4212);
    CHECK(run["expect"][0]["value"].get<double>() == doctest::Approx(148.2));
    CHECK(run["theory"].is_array());
}

TEST_CASE("run.json is JSON whatever the numbers and names") {
    Summary summary = small();
    summary.nodes[1].name = "\xff\"\\\n";
    summary.nodes[1].utilisation = std::numeric_limits<double>::quiet_NaN();
    summary.cost_usd = std::numeric_limits<double>::infinity();
    const std::vector<Verdict> verdicts = {
        {"x", {std::numeric_limits<double>::quiet_NaN(), Dimension::time}, false}};
    const auto run = parsed(run_json({"", "", "", "", "not JSON"}, summary, verdicts, "1", 0));
    REQUIRE(run.is_object());
    CHECK(run["totals"]["cost_usd"].is_null());
    CHECK(run["expect"][0]["value"].is_null());
    CHECK_FALSE(run.contains("ci95"));
}

TEST_CASE("a field of a CSV file is quoted when it must be") {
    sim::Recording recording;
    recording.incidents = {{sim::Time(std::chrono::milliseconds(1500)), "db", "a, \"b\"", "c\nd"}};
    CHECK(kEventsCsv == "replication,time_s,node,what,detail\r\n");
    CHECK(event_rows(recording) == "0,1.5,db,\"a, \"\"b\"\"\",\"c\nd\"\r\n");
}

TEST_CASE("a percentile that falls among failures is said to, in text and in JSON") {
    Summary made = small();
    made.latency.succeeded = {};
    made.latency.failed = {};
    made.latency.succeeded.record_n(std::chrono::milliseconds(10), 900'000);
    made.latency.failed.record_n(std::chrono::seconds(30), 100'000);
    made.totals.in_flight = 10'000;
    Value value{std::numeric_limits<double>::infinity(), Dimension::time, 30};
    const std::vector<Verdict> verdicts = {{"p(99) < 250ms", value, false}};
    const std::string text = text_report({}, made, verdicts, 1, false);
    CHECK(has(text, "p(99) < 250ms  was failed (waited 30s)"));
    CHECK(has(text, "failures rank after successes: p95, p99, p99.9 failed (waited 30 s)"));
    CHECK(has(text, "of those offered had not ended yet: no percentile includes them"));
    const nlohmann::json run = parsed(run_json({}, made, verdicts, "1", 1));
    const nlohmann::json& latency = run["latency_ms"];
    CHECK(latency["p90"] == 10);
    CHECK(latency["p99"].is_null());
    CHECK(latency["failed_after"]["p99"] == 30'000);
    CHECK(latency["succeeded"]["p99"] == 10);
    CHECK(latency["failed"]["p50"] == 30'000);
    CHECK(run["expect"][0]["value"].is_null());
    CHECK(run["expect"][0]["failed"] == true);
    CHECK(run["expect"][0]["waited_ms"] == 30'000);
}
