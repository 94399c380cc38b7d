#include "reports/charts/script.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "reports/charts/bundle.h"
#include "reports/render/documents.h"
#include "reports/render/drawn_json.h"
#include "reports/render/run_json.h"
#include "tests/support/batch.h"

using namespace reports;
using namespace std::chrono_literals;

namespace {

// Two nodes, ten seconds, one of them of the given name.
Documents documents(const std::string& name) {
    sim::Recording recording;
    recording.simulated = 10s;
    recording.slice = 1s;
    for (const std::string& each : {std::string("users"), name}) {
        sim::NodeRecord node;
        node.name = each;
        node.kind = each == "users" ? "open_loop" : "server";
        node.is_client = each == "users";
        node.slices = std::vector<sim::Slice>(10, {100, 100, 90, 5, 3, 20'000, 1.0});
        node.totals.offered = 1000;
        node.totals.ended = {900, 20, 50, 30};
        for (std::size_t slice = 0; slice < 10; ++slice) {
            std::vector<sim::Duration> latencies;
            for (int i = 1; i <= 100; ++i) latencies.push_back(i * 1ms);
            const sim::Histogram::Batch batch = support::batch_of(latencies);
            node.latencies.record(slice, batch.counts);
            node.latency.succeeded.record(batch);
        }
        if (!node.is_client) {
            sim::Used cores;
            cores.size = 4;
            cores.in_use = 3.8F;
            node.resources.resize(2);  // its requests, and its cores
            node.resources[0].slices.add({}, 10);
            node.resources[1].declared.name = "cores";
            node.resources[1].slices.add(cores, 10);
        }
        node.spent = {3s, 5s, 1s, 0s, 0s, 1s};
        node.cost_usd = 1;
        recording.nodes.push_back(std::move(node));
    }
    recording.incidents = {{sim::Time(3s), name, "crash", "1 of 1"},
                           {sim::Time(5s), name, "crash healed", "1 of 1"}};
    const Summary summary = summarise({&recording, 1});
    const ScenarioInfo info = {name, "about " + name, "file.json", "", "{}"};
    const std::vector<Verdict> verdicts = {{"p(99) < 50ms", {0.099, Dimension::time}, false}};
    return {{"run", run_json(info, summary, verdicts, "0", 0)},
            {"drawn", drawn_json(drawn_of(recording, summary, {{"users", name}}), summary, "")}};
}

// Whether every tag of an XML text is closed by its own, attributes are quoted, and nothing stands
// beside the root.
bool is_well_formed(const std::string& xml) {
    std::vector<std::string> open;
    bool had_root = false;
    for (std::size_t at = xml.find('<'); at != std::string::npos; at = xml.find('<', at)) {
        std::size_t end = at + 1;
        for (char quote = 0; end < xml.size() && (quote != 0 || xml[end] != '>'); ++end) {
            if (xml[end] == '<') return false;
            if (quote == 0 && xml[end] == '"') {
                quote = '"';
                if (xml[end - 1] != '=') return false;
            } else if (quote == xml[end]) {
                quote = 0;
            }
        }
        if (end == xml.size()) return false;
        const std::string tag = xml.substr(at + 1, end - at - 1);
        const std::string name =
            tag.substr(tag[0] == '/', tag.find_first_of(" \n/", 1) - (tag[0] == '/'));
        if (tag[0] == '/') {
            if (open.empty() || open.back() != tag.substr(1)) return false;
            open.pop_back();
        } else if (tag.back() != '/') {
            if (open.empty() && had_root) return false;
            had_root = true;
            open.push_back(tag.substr(0, tag.find_first_of(" \n")));
        }
        at = end;
    }
    return had_root && open.empty();
}

// Names that break what does not treat them as text.
const std::vector<std::string> kNames = {"web",
                                         "<script>alert(1)</script>",
                                         "\" onload=\"alert(1)",
                                         "a & b ]]> c",
                                         "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
                                         "\xf0\x9f\x92\xa5 {a|b} ${1} %s",
                                         "__proto__",
                                         "constructor",
                                         "{{script}}",
                                         "7"};

}  // namespace

TEST_CASE("what is not well formed is found to be so") {
    CHECK(is_well_formed("<a b=\"c\"><d/></a>"));
    for (const char* const wrong :
         {"<a><b></a></b>", "<a>", "<a b=c\"></a>", "<a/><b", "", "<a b=\"<\"/>"}) {
        CHECK_FALSE(is_well_formed(wrong));
    }
}

TEST_CASE("every chart is a well-formed SVG document, whatever a node is called") {
    for (const std::string& name : kNames) {
        CAPTURE(name);
        Drawing drawing(documents(name));
        const auto charts = drawing.names();
        // The P95 of each service has nothing to draw: no steps of latency.
        CHECK(charts.size() == 12);
        for (const std::string& chart : charts) {
            CAPTURE(chart);
            for (const char* const look : {"light", "dark"}) {
                const std::string svg = drawing.picture(chart, look);
                CHECK(is_well_formed(svg));
                CHECK(svg.find("<script") == std::string::npos);
                CHECK(svg.find("NaN") == std::string::npos);
                CHECK(svg.find("undefined") == std::string::npos);
            }
        }
    }
}

TEST_CASE("the same run is drawn with the same bytes, in whatever order charts are drawn") {
    Drawing one(documents("web"));
    Drawing other(documents("web"));
    auto names = one.names();
    std::vector<std::string> forwards;
    for (const std::string& name : names) forwards.push_back(one.picture(name, "light"));
    for (std::size_t i = names.size(); i-- > 0;) {
        CAPTURE(names[i]);
        CHECK(other.picture(names[i], "light") == forwards[i]);
    }
    CHECK(one.html() == other.html());
}

TEST_CASE("a page has two scripts, and a policy that lets only the charts run") {
    for (const std::string& name : kNames) {
        CAPTURE(name);
        const std::string html = Drawing(documents(name)).html();
        std::size_t scripts = 0;
        for (std::size_t at = 0; (at = html.find("<script", at)) != std::string::npos; ++at)
            ++scripts;
        CHECK(scripts == 2);
        CHECK(html.find("default-src 'none'; script-src 'sha256-" +
                        std::string(bundle::charts_sha256()) + "'") != std::string::npos);
    }
}

TEST_CASE("the documents in a page are those that the run wrote") {
    for (const std::string& name : kNames) {
        const Documents written = documents(name);
        const auto read = nlohmann::json::parse(joined(written));
        for (const auto& [key, text] : written) CHECK(read[key] == nlohmann::json::parse(text));
    }
}

TEST_CASE("documents that no run wrote are refused") {
    CHECK_THROWS_AS(Drawing({{"run", "{"}, {"drawn", "{}"}}), std::runtime_error);
    CHECK_THROWS_AS(Drawing({{"run", "{}"}, {"drawn", "{}"}}), std::runtime_error);
    CHECK_THROWS_AS(Drawing({{"run", "3"}, {"drawn", "null"}}), std::runtime_error);
}

TEST_CASE("documents reach the script as JSON.parse would read them") {
    // A title is the scenario's name, as the script has it.
    const auto title = [](const std::string& json) {
        return ChartScript(R"({"sweep":{"__proto__":[null,true,{}],"scenario":)" + json + "}}")
            .title();
    };
    CHECK(title(R"("a name")") == "a name");
    CHECK(title(R"("\u003cb\u003e \"quoted\" \\ \u00e9")") == "<b> \"quoted\" \\ \u00e9");
    CHECK(title("\"\xEA\xB0\x80\"") == "\uac00");
    CHECK(title("\"\"") == "");
    // Numbers to the last bit: the shortest text of each is what was read.
    for (const std::string number : {"0", "-1", "0.1", "1234567890123", "5e-324",
                                     "1.7976931348623157e+308", "0.30000000000000004", "1e+21"}) {
        CHECK(title(number) == number);
    }
}

TEST_CASE("a text that is no JSON does not reach the script") {
    for (const std::string text : {"", "{", "[1,", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}",
                                   "\"open", "tru", "nan", "inf", "1}", "[\"\\\"]"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(ChartScript{text}, std::runtime_error);
    }
    CHECK_THROWS_AS(ChartScript{std::string(100'000, '[')}, std::runtime_error);
}
