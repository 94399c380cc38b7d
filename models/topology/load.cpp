#include "models/topology/load.h"
#include "models/topology/game_day_check.h"
#include "models/topology/watch_check.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "models/spec/declaration/spec.h"
#include "models/spec/documents/overlay.h"
#include "models/spec/documents/source_file.h"
#include "models/spec/json/document.h"
#include "models/spec/json/json_text.h"
#include "models/topology/check_failures.h"
#include "models/topology/graph.h"
#include "models/topology/history_check.h"
#include "models/topology/network_check.h"
#include "models/topology/pricing.h"
#include "models/topology/replay_check.h"
#include "models/topology/scale_down.h"

namespace models {

namespace {

std::string sha256(const std::string& text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
    std::string hex;
    for (unsigned int byte = 0; byte < size; ++byte) hex += fmt::format("{:02x}", digest[byte]);
    return hex;
}

spec::Json read(const ScenarioSource& source, spec::Problems& problems) {
    if (source.text) return spec::read(source.file, *source.text, problems);
    return spec::read_file(source.file, problems);
}

void set(spec::Json& document, const std::string& setting, std::string_view option,
         spec::Problems& problems) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
        const std::uint32_t id = problems.add_setting(setting, "", option);
        problems.add({{id, 0, 0, 0}, "", "expected PATH=VALUE, as in nodes.web.replicas=20", ""});
        return;
    }
    spec::set(document, std::string_view(setting).substr(0, equals),
              std::string_view(setting).substr(equals + 1), problems, option);
}

}  // namespace

spec::Json document_of(const ScenarioSource& source, spec::Problems& problems) {
    for (const std::string& path : source.lent) problems.lend(path);
    spec::Json document = read(source, problems);
    for (const std::string& overlay : source.overlays) {
        spec::overlay(document, spec::read_file(overlay, problems));
    }
    if (!problems.empty()) return {};
    for (const std::string& setting : source.sets) set(document, setting, "--set", problems);
    for (const std::string& setting : source.varied) set(document, setting, "--vary", problems);
    return document;
}

namespace {

// Every node keeps each slice in which something happened.
void check_slices(const RunSpec& run, const spec::Json& document, spec::Problems& problems) {
    constexpr std::int64_t kMost = 1'000'000;
    if (run.slice <= sim::Duration::zero() || (run.warm_up + run.measure) / run.slice <= kMost) {
        return;
    }
    problems.add({spec::nearest_place(document, "/run/slice"), "/run/slice",
                  "the run would have more than 1,000,000 slices",
                  "make the slice longer, or measure for a shorter time"});
}

// Each instance of each node has a place of its own for all it counts and keeps.
void check_instances(const Scenario& scenario, const spec::Json& document,
                     spec::Problems& problems) {
    constexpr std::uint64_t kMost = 1'000'000;
    std::uint64_t all = 0;
    std::uint64_t most = 0;
    std::string largest;
    for (const auto& [name, choice] : scenario.nodes) {
        const std::uint64_t instances = Nodes::facts_of(choice).instances;
        all += instances;
        if (instances <= most) continue;
        most = instances;
        largest = name;
    }
    if (all <= kMost) return;
    const std::string pointer = "/nodes/" + largest + "/replicas";
    problems.add({spec::nearest_place(document, pointer), pointer,
                  fmt::format("the system would have {} instances; it may have 1,000,000", all),
                  "ask for fewer replicas: a part of a system shows what all of it does"});
}

}  // namespace

Loaded load(const ScenarioSource& source) {
    Loaded loaded;
    spec::Problems& problems = loaded.problems;
    const spec::Json document = document_of(source, problems);
    if (!problems.empty() && document.is_null()) return loaded;

    Scenario scenario = spec::parse<Scenario>(document, problems);
    if (problems.empty()) check_slices(scenario.run, document, problems);
    if (problems.empty()) check_instances(scenario, document, problems);
    std::vector<std::string> of_a_part;
    if (problems.empty()) of_a_part = scale_down(scenario, document, problems);
    if (problems.empty()) loaded.warnings = check_graph(scenario, document, problems);
    for (std::string& each : of_a_part) loaded.warnings.push_back(std::move(each));
    if (problems.empty()) check_static_pods(scenario, document, problems);
    if (problems.empty()) check_network(scenario, document, problems);
    if (problems.empty()) check_prices(scenario, document, problems);
    if (problems.empty()) check_histories(scenario, document, problems);
    if (problems.empty()) check_replays(scenario, document, problems);
    if (problems.empty()) {
        for (std::string& each : check_failures(scenario, document, problems)) {
            loaded.warnings.push_back(std::move(each));
        }
    }
    if (problems.empty()) {
        for (std::string& each : check_watch(scenario, document, problems)) {
            loaded.warnings.push_back(std::move(each));
        }
    }
    if (problems.empty()) check_game_day(scenario, document, problems);
    if (!problems.empty()) return loaded;
    if (const spec::Json* const expect = document.find("expect")) {
        for (const spec::Json& each : *expect->list()) loaded.expect_places.push_back(each.place);
    }
    std::string texts = spec::compact_text(document);
    for (const spec::Source& each : problems.sources()) {
        if (each.is_data) texts += each.text;
    }
    loaded.sha256 = sha256(texts);
    for (FailureChoice& each : interruptions_of(scenario)) {
        scenario.failures.push_back(std::move(each));
    }
    loaded.scenario = std::move(scenario);
    return loaded;
}

std::string resolved_json(const Scenario& scenario) {
    // What a size of instances brings with it comes again when that is read.
    Scenario as_written = scenario;
    std::erase_if(as_written.failures, [](const FailureChoice& each) {
        return Failures::outage_of(each).is_interruption;
    });
    return spec::indented_text(spec::echo(as_written));
}

}  // namespace models
