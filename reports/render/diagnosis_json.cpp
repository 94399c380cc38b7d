#include "reports/render/diagnosis_json.h"

#include "reports/words/digits.h"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

// The fullest; in a large system thousands are hardly used at all.
constexpr std::size_t kMostResources = 100;

Json json_of(const ResourceUse& use) {
    return {{"node", use.node},
            {"resource", use.name},
            {"kind", word_of(use.kind)},
            {"parameter", use.parameter.empty() ? Json(nullptr) : Json(use.parameter)},
            {"unit", use.unit},
            {"size", use.size},
            {"in_use", use.in_use},
            {"waiting", use.waiting},
            {"full", use.full},
            {"fullest", use.fullest},
            {"taken", use.taken},
            {"refused", use.refused},
            {"waiting_s", use.waiting_s}};
}

ResourceUse read_use(const Json& json) {
    ResourceUse use;
    use.node = json.value("node", "");
    use.name = json.value("resource", "");
    const std::string kind = json.value("kind", "places");
    for (std::size_t i = 0; i <= static_cast<std::size_t>(sim::ResourceKind::stock); ++i) {
        const auto each = static_cast<sim::ResourceKind>(i);
        if (kind == word_of(each)) use.kind = each;
    }
    if (json.contains("parameter") && json["parameter"].is_string()) {
        use.parameter = json["parameter"].get<std::string>();
    }
    use.unit = json.value("unit", "");
    use.doc = json.value("doc", "");
    use.freed = json.value("freed", "");
    use.size = json.value("size", 0.0);
    use.in_use = json.value("in_use", 0.0);
    use.waiting = json.value("waiting", 0.0);
    use.full = json.value("full", 0.0);
    use.fullest = json.value("fullest", 0.0);
    use.taken = json.value("taken", 0.0);
    use.refused = json.value("refused", 0.0);
    use.waiting_s = json.value("waiting_s", 0.0);
    return use;
}

// What is at fault is told in full.
Json with_doc(const ResourceUse& use) {
    Json json = json_of(use);
    json["doc"] = use.doc;
    json["freed"] = use.freed;
    return json;
}

Json json_of(const RootCause& finding) {
    const auto maybe = [](const std::string& text) {
        return text.empty() ? Json(nullptr) : Json(text);
    };
    Json filled_up = Json::array();
    for (const FilledUp& each : finding.filled_up) {
        filled_up.push_back(
            {{"node", each.node}, {"resource", each.resource}, {"at_s", each.at_s}});
    }
    return {{"verdict", word_of(finding.verdict)},
            {"node", finding.node},
            {"resource", finding.resource ? with_doc(*finding.resource) : Json(nullptr)},
            {"event", maybe(finding.event)},
            {"cause", maybe(finding.cause)},
            {"clients", finding.clients},
            {"from_s", finding.from_s},
            {"to_s", finding.to_s},
            {"wrong_s", finding.wrong_s},
            {"harmed", finding.harmed},
            {"retry_amplification", finding.retries},
            {"filled_up", std::move(filled_up)},
            {"sentence", finding.sentence}};
}

RootCause read_finding(const Json& json) {
    RootCause finding;
    const std::string verdict = json.value("verdict", "");
    for (std::size_t i = 0; i < kVerdicts; ++i) {
        if (verdict == word_of(static_cast<Diagnosed>(i))) {
            finding.verdict = static_cast<Diagnosed>(i);
        }
    }
    finding.node = json.value("node", "");
    if (json.contains("resource") && json["resource"].is_object()) {
        finding.resource = read_use(json["resource"]);
    }
    finding.from_s = json.value("from_s", 0.0);
    finding.to_s = json.value("to_s", 0.0);
    finding.wrong_s = json.value("wrong_s", 0.0);
    finding.harmed = json.value("harmed", 0.0);
    finding.retries = json.value("retry_amplification", 1.0);
    if (json.contains("filled_up") && json["filled_up"].is_array()) {
        for (const Json& each : json["filled_up"]) {
            finding.filled_up.push_back(
                {each.value("node", ""), each.value("resource", ""), each.value("at_s", 0.0)});
        }
    }
    finding.sentence = json.value("sentence", "");
    return finding;
}

}  // namespace

Json diagnosis_json(const Diagnosis& diagnosis) {
    Json findings = Json::array();
    for (const RootCause& each : diagnosis.findings) findings.push_back(json_of(each));
    Json resources = Json::array();
    for (const ResourceUse& each : diagnosis.resources) {
        if (resources.size() == kMostResources) break;
        resources.push_back(json_of(each));
    }
    return {{"sentences", diagnosis.sentences},
            {"findings", std::move(findings)},
            {"resources", std::move(resources)}};
}

Diagnosis read_diagnosis(const Json& json) {
    Diagnosis diagnosis;
    for (const Json& each : json.value("findings", Json::array())) {
        diagnosis.findings.push_back(read_finding(each));
    }
    for (const Json& each : json.value("resources", Json::array())) {
        diagnosis.resources.push_back(read_use(each));
    }
    for (const Json& each : json.value("sentences", Json::array())) {
        if (each.is_string()) diagnosis.sentences.push_back(each.get<std::string>());
    }
    if (diagnosis.sentences.empty()) diagnosis.sentences = {"Nothing here has a limit."};
    return diagnosis;
}

}  // namespace reports
