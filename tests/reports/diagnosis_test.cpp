// The one engine that names what limits a system, held by systems in which it is known: one for
// each resource that is declared and each disease, all the time and for one minute of twelve, with
// several seeds.
// (diagnosis/cases.json, failures.json, rollouts.json and storms.json: each a scenario's nodes, its
// load, and the culprit.)
#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "models/topology/load.h"
#include "reports/diagnosis/diagnosis.h"
#include "sim/frame_pool.h"
#include "sim/live_summary.h"
#include "sim/recorder.h"
#include "tests/support/play.h"

namespace {

using Planted = nlohmann::ordered_json;
using reports::Diagnosis;

// Under sanitizers each path is to be walked, not three times.
constexpr std::uint64_t kRuns = sim::kPoolFrames ? 3 : 1;

Planted read(const std::string& name) {
    std::ifstream in(std::string(SPATE_SOURCE_DIR) + "/tests/reports/diagnosis/" + name);
    Planted json = Planted::parse(in, nullptr, false);
    REQUIRE(json.is_array());
    return json;
}

Planted system_of(const Planted& one) {
    Planted scenario = {{"nodes", Planted::object()}};
    Planted client = {{"kind", "open_loop"}, {"calls", one["calls"]}};
    client["policies"] =
        one.value("policies", Planted::parse(R"([{"kind": "timeout", "limit": "1s"}])"));
    if (one.contains("population")) client["population"] = one["population"];
    scenario["nodes"]["users"] = std::move(client);
    for (const auto& [name, node] : one["nodes"].items()) scenario["nodes"][name] = node;
    if (one.contains("network")) scenario["network"] = one["network"];
    return scenario;
}

std::string steady(const Planted& one) {
    Planted scenario = system_of(one);
    const auto seconds = one.value("seconds", 60);
    scenario["run"] = {{"warm_up", "5s"}, {"measure", std::to_string(seconds) + "s"}};
    scenario["nodes"]["users"]["rate"] = one["peak"];
    return scenario.dump();
}

// Twelve stretches of time, of which the seventh is the bad one.
std::string for_one_of_twelve(const Planted& one) {
    Planted scenario = system_of(one);
    const int unit = one.value("seconds", 60) / 3;
    const auto time = [&](int units) { return std::to_string(units * unit) + "s"; };
    scenario["run"] = {{"warm_up", "5s"}, {"measure", time(12)}};
    Planted& users = scenario["nodes"]["users"];
    users["rate"] = one["calm"];
    users["stages"] = {{{"target", one["calm"]}, {"duration", time(6)}},
                       {{"target", one["peak"]}, {"duration", "0s"}},
                       {{"target", one["peak"]}, {"duration", time(1)}},
                       {{"target", one["calm"]}, {"duration", "0s"}},
                       {{"target", one["calm"]}, {"duration", time(6)}}};
    return scenario.dump();
}

std::string said(const Diagnosis& diagnosis) {
    std::string text;
    for (const std::string& each : diagnosis.sentences) text += each + "\n";
    return text;
}

// That of the client `users`: the one that did most harm, or the one of this verdict. What a
// failure leaves behind may do more harm than the failure.
const reports::RootCause* finding_of(const Diagnosis& diagnosis, const std::string& verdict) {
    for (const reports::RootCause& each : diagnosis.findings) {
        if (!verdict.empty() && reports::word_of(each.verdict) != verdict) continue;
        if (std::ranges::find(each.clients, "users") != each.clients.end()) return &each;
    }
    return nullptr;
}

void expect(const Planted& planted, const Diagnosis& diagnosis) {
    const bool is_event = planted.is_object() && planted.contains("event");
    const reports::RootCause* const found =
        finding_of(diagnosis, is_event ? planted["verdict"].get<std::string>() : "");
    if (planted.is_null()) {
        CHECK(found == nullptr);
        return;
    }
    CHECK(found != nullptr);
    if (found == nullptr) return;
    CHECK(reports::word_of(found->verdict) == planted["verdict"].get<std::string>());
    if (planted.contains("node")) CHECK(found->node == planted["node"].get<std::string>());
    if (planted.contains("event")) CHECK(found->event == planted["event"].get<std::string>());
    for (const Planted& words : planted.value("said", Planted::array())) {
        CAPTURE(words);
        CHECK(found->sentence.find(words.get<std::string>()) != std::string::npos);
    }
    if (planted.contains("resource")) {
        const std::string name = found->resource ? found->resource->name : "";
        CHECK(name.starts_with(planted["resource"].get<std::string>()));
    }
}

void judge(const Planted& one, const std::string& scenario) {
    const std::string name = one["name"];
    for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
        const Diagnosis diagnosis = reports::diagnose(support::play(scenario, seed));
        const std::string text = said(diagnosis);
        CAPTURE(name);
        CAPTURE(seed);
        CAPTURE(text);
        expect(one["planted"], diagnosis);
        for (const reports::ResourceUse& use : diagnosis.resources) {
            CAPTURE(use.node);
            CAPTURE(use.name);
            CHECK(use.share() < 1.001);  // rounding of bytes and slices
        }
    }
}

}  // namespace

TEST_CASE("what is planted all the time is named") {
    for (const Planted& one : read("cases.json")) judge(one, steady(one));
}

TEST_CASE("what is planted for one minute of twelve is named") {
    for (const Planted& one : read("cases.json")) judge(one, for_one_of_twelve(one));
}

// Looks at a run that is under way as --watch does: now and then, at the slices since it looked
// last. The share of these looks, once the system has been overloaded for a while, at which the
// planted resource is what is said to be busiest.
class Watcher final : public models::Onlooker {
public:
    explicit Watcher(const Planted& one)
        : node_(one["planted"]["node"]),
          resource_(one["planted"]["resource"]),
          settled_(std::chrono::seconds(5 + one.value("seconds", 60) / 3)) {}

    void at(sim::Time, sim::Time, std::uint64_t) override {}
    int events_between() const override { return 1 << 10; }  // for runs of few requests
    void look(const sim::Recorder& recorder) override {
        const sim::LiveSummary summary = recorder.live_summary(first_);
        if (summary.covered < kBetween) return;
        const Diagnosis diagnosis = reports::diagnose(recorder.so_far(), first_);
        first_ = summary.end;
        if (summary.now < settled_) return;
        const reports::ResourceUse* const busiest = diagnosis.busiest();
        ++looks_;
        if (busiest == nullptr) return;
        if (busiest->node == node_ && busiest->name.starts_with(resource_)) {
            ++named_;
        } else {
            other_ = busiest->node + " " + busiest->name;
        }
    }

    unsigned looks() const { return looks_; }
    unsigned named() const { return named_; }
    const std::string& other() const { return other_; }

private:
    static constexpr sim::Duration kBetween = std::chrono::seconds(5);

    std::string node_;
    std::string resource_;
    sim::Time settled_;  // after the warm-up, and what a queue takes to fill
    std::size_t first_ = 0;
    unsigned looks_ = 0;
    unsigned named_ = 0;
    std::string other_;  // what was said instead
};

TEST_CASE("what is planted is what is busiest, for who looks on") {
    for (const Planted& one : read("cases.json")) {
        if (!one["planted"].is_object() || !one["planted"].contains("resource")) continue;
        const std::string name = one["name"];
        Watcher watcher(one);
        models::simulate(support::scenario_from(steady(one)), {1, 0}, &watcher);
        CAPTURE(name);
        CAPTURE(watcher.other());
        CHECK(watcher.looks() > 0);
        // What has died of it and waits to be started again uses nothing: then its callers' threads
        // are what is busiest.
        const bool dies = one.value("dies", false);
        CHECK(watcher.named() >= (dies ? 1 : watcher.looks()));
    }
}

// The row of a kind's or a policy's resources that a planted one is of: of "rate limit to <node>"
// and "rate limit <name>" the one with most words of its own.
std::size_t row_of(const std::vector<sim::Resource>& rows, const std::string& planted) {
    std::size_t found = rows.size();
    std::size_t longest = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::string_view own = rows[i].name.substr(0, rows[i].name.find('<'));
        const bool is_it = own == rows[i].name ? planted == own : planted.starts_with(own);
        if (is_it && own.size() > longest) longest = own.size(), found = i;
    }
    return found;
}

TEST_CASE("every resource that is declared is planted") {
    const Planted cases = read("cases.json");
    const models::spec::Types types = models::scenario_types();
    for (const models::spec::Definition& definition : types.definitions()) {
        for (const models::spec::Model& model : definition.models) {
            const bool is_node = definition.name == "nodes";
            std::vector<bool> is_planted(model.resources.size() + 1);
            for (const Planted& one : cases) {
                const Planted& planted = one["planted"];
                if (!planted.is_object()) continue;
                const std::string node = planted["node"];
                if (is_node && one["nodes"].value(node, Planted::object())["kind"] != model.kind) {
                    continue;
                }
                is_planted[row_of(model.resources, planted["resource"])] = true;
                // What only ever fills up behind another.
                for (const Planted& words : planted.value("said", Planted::array())) {
                    const std::string name = words.get<std::string>().substr(node.size() + 3);
                    is_planted[row_of(model.resources, name)] = true;
                }
            }
            for (std::size_t i = 0; i < model.resources.size(); ++i) {
                CAPTURE(model.kind);
                CAPTURE(model.resources[i].name);
                CHECK(is_planted[i]);
            }
        }
    }
}

TEST_CASE("a failure of one minute of twelve is named") {
    for (const Planted& one : read("failures.json")) {
        Planted scenario = system_of(one);
        scenario["nodes"]["users"]["rate"] = one["rate"];
        scenario["run"] = {{"warm_up", "5s"}, {"measure", "240s"}};
        Planted failure = one["failure"];
        failure["at"] = "120s";
        failure["lasts"] = "20s";
        scenario["failures"] = Planted::array({failure});
        judge(one, scenario.dump());
    }
}

// Four minutes, of which one is played before it comes.
Planted four_minutes_of(const Planted& one) {
    Planted scenario = system_of(one);
    scenario["nodes"]["users"]["rate"] = one["rate"];
    scenario["run"] = {{"warm_up", "5s"}, {"measure", "240s"}};
    return scenario;
}

TEST_CASE("a bad rollout is named, with its version") {
    for (const Planted& one : read("rollouts.json")) {
        Planted scenario = four_minutes_of(one);
        Planted rollout = one["rollout"];
        rollout["at"] = "60s";
        scenario["nodes"]["b"]["rollouts"] = Planted::array({rollout});
        judge(one, scenario.dump());
    }
}

// A minute of the new version, until canary analysis has taken it back.
TEST_CASE("a bad rollout is named that was rolled back") {
    for (const Planted& one : read("rollouts.json")) {
        if (!one.contains("rollback")) continue;
        Planted scenario = four_minutes_of(one);
        Planted rollout = one["rollout"];
        rollout.update(one["rollback"]);
        rollout["at"] = "60s";
        rollout["analysis_interval"] = "10s";
        scenario["nodes"]["b"]["rollouts"] = Planted::array({rollout});
        judge(one, scenario.dump());
    }
}

TEST_CASE("a retry storm is named, with who retries and what it outlives") {
    for (const Planted& one : read("storms.json")) {
        Planted scenario = four_minutes_of(one);
        if (one.contains("surge")) {
            Planted& users = scenario["nodes"]["users"];
            users["stages"] = {{{"target", one["rate"]}, {"duration", "60s"}},
                               {{"target", one["surge"]}, {"duration", "0s"}},
                               {{"target", one["surge"]}, {"duration", "20s"}},
                               {{"target", one["rate"]}, {"duration", "0s"}},
                               {{"target", one["rate"]}, {"duration", "165s"}}};
        } else {
            Planted failure = one["failure"];
            failure["at"] = "60s";
            failure["lasts"] = "20s";
            scenario["failures"] = Planted::array({failure});
        }
        judge(one, scenario.dump());
    }
}

// At the end of a slice, and within one.
TEST_CASE("a storm is what it outlives, whenever in a slice that ends") {
    for (const Planted& one : read("storms.json")) {
        if (!one.contains("failure")) continue;
        for (const char* const lasts : {"10s", "10.4s", "30.7s"}) {
            CAPTURE(lasts);
            Planted scenario = four_minutes_of(one);
            Planted failure = one["failure"];
            failure["at"] = "20s";
            failure["lasts"] = lasts;
            scenario["failures"] = Planted::array({failure});
            judge(one, scenario.dump());
        }
    }
}

TEST_CASE("the sixteen cells of four symptoms and four remedies are diagnosed") {
    std::ifstream in(std::string(SPATE_SOURCE_DIR) + "/scenarios/labs/SV-11.json");
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    const Planted lab = Planted::parse(text, nullptr, false, true);
    REQUIRE(lab.is_object());
    const Diagnosis diagnosis = reports::diagnose(support::play(lab["scenario"].dump(), 1));
    const auto resource_of = [&](const std::string& cell) -> std::string {
        for (const reports::RootCause& each : diagnosis.findings) {
            if (std::ranges::find(each.clients, cell + "_users") == each.clients.end()) continue;
            return each.resource ? each.resource->name
                                 : std::string(reports::word_of(each.verdict));
        }
        return "";
    };
    struct Symptom {
        std::string name, resource, cure, other_cure;
    };
    const std::vector<Symptom> symptoms = {{"heap", "heap", "larger_heap", ""},
                                           {"cpu", "cores", "more_cores", "more_pods"},
                                           {"killed", "memory", "larger_container", ""},
                                           {"surge", "cores", "more_pods", ""}};
    for (const Symptom& symptom : symptoms) {
        for (const char* const remedy :
             {"larger_heap", "larger_container", "more_cores", "more_pods"}) {
            const std::string cell = symptom.name + "_" + std::string(remedy);
            const bool is_cured = symptom.cure == remedy || symptom.other_cure == remedy;
            CAPTURE(cell);
            // With a heap of 3 GiB in a container of 1 the surge is survived by no process at all.
            const bool is_killed = cell == "surge_larger_heap";
            if (!is_cured) CHECK(resource_of(cell) == (is_killed ? "memory" : symptom.resource));
        }
    }
}

TEST_CASE("requests that found nobody there are not said to be slow") {
    const auto sentence_for = [](const char* failures) {
        const std::string scenario = R"({"run": {"warm_up": "5s", "measure": "60s"}, "nodes": {
            "users": {"kind": "open_loop", "rate": "100/s", "calls": "orders"},
            "orders": {"kind": "server", "lifecycle": {"start_time": "10s"},
                       "endpoints": {"get": [{"work": "1ms"}]}}}, "failures": )" +
                                     std::string(failures) + "}";
        return reports::diagnose(support::play(scenario)).verdict();
    };
    CHECK(sentence_for(R"([{"kind": "kill", "target": "orders", "at": "20s"}])")
              .starts_with("A failure: orders kill (1 of 1 instances) at 20 s; users saw \""));
    // 100/s of 1 ms on one core.
    CHECK(sentence_for("[]").starts_with("Nothing is at its limit. orders' "));
}
