#include "tools/expect_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/spec/declaration/schema.h"
#include "models/spec/json/json_text.h"
#include "models/topology/load.h"
#include "reports/common_figures.h"

namespace tools {

namespace {

namespace spec = models::spec;

// A figure, and what those say of it that have it.
struct Word {
    sim::Figure figure;
    std::vector<std::pair<std::string, std::vector<std::string>>> docs;  // sentence, whose

    void add(const std::string& owner, std::string_view doc) {
        const auto said = std::ranges::find(docs, doc, [](const auto& each) { return each.first; });
        if (said == docs.end()) {
            docs.push_back({std::string(doc), {owner}});
        } else if (said->second.back() != owner) {
            said->second.push_back(owner);
        }
    }
};

// By name, in the order in which they are declared; names that differ from node to node come last,
// as the first that fits is shown.
std::vector<Word> all_words(const spec::Types& types) {
    std::vector<Word> words;
    std::map<std::string_view, std::size_t> known;
    const auto add = [&](const std::string& owner, const sim::Figure& figure) {
        if (figure.merge == sim::Merge::over_time) return;  // only drawn: it is no number of a run
        const auto [at, is_new] = known.emplace(figure.name, words.size());
        if (is_new) words.push_back({figure, {}});
        words[at->second].add(owner, figure.doc);
    };
    for (const spec::Definition& definition : types.definitions()) {
        for (const spec::Model& model : definition.models) {
            for (const sim::Figure& each : model.figures) add(model.kind, each);
        }
    }
    for (const sim::Figure& each : reports::kOfNodes) add("every node", each);
    for (const sim::Figure& each : reports::kOfRuns) add("the run", each);
    for (const sim::Figure& each : reports::kOfRequests) add("users and every node", each);
    std::stable_partition(words.begin(), words.end(),
                          [](const Word& each) { return !each.figure.is_pattern(); });
    return words;
}

// "hit_ratio (share). Of cache: Share of lookups that were hits."
std::string description_of(const Word& word) {
    std::string text = fmt::format("{} ({}).", word.figure.name, word_of(word.figure.unit));
    for (const auto& [doc, owners] : word.docs) {
        text += fmt::format(" Of {}: {}", fmt::join(owners, ", "), doc);
    }
    return text;
}

// A name as a regular expression: "rows_<partition>" is rows_ and some word.
std::string pattern_of(const sim::Figure& figure) {
    std::string name(figure.name);
    if (const std::size_t open = name.find('<'); open != std::string::npos) {
        name.replace(open, name.find('>') + 1 - open, "\\w+");
    }
    return "\\b" + name + "\\b";
}

// A bound in its unit, to begin with.
std::string_view bound_of(const sim::Figure& figure) {
    constexpr std::string_view kBounds[] = {"< ${3:100}",  ">= ${3:99%}",  "< ${3:100ms}",
                                            "< ${3:1GiB}", "> ${3:100/s}", R"(< ${3:\$1})"};
    return kBounds[static_cast<std::size_t>(figure.unit)];
}

spec::Json snippet_of(const Word& word, const std::string& description) {
    const bool is_distribution = word.figure.merge == sim::Merge::distribution;
    const std::string percent = word.figure.name == "p" ? "(${2:99})" : ".p(${2:99})";
    spec::Json snippet;
    snippet.put("label", word.figure.name);
    snippet.put("description", description);
    snippet.put("body", fmt::format("${{1:NODE}}.{}{} {}", word.figure.name,
                                    is_distribution ? percent : "", bound_of(word.figure)));
    return snippet;
}

spec::Json schema_of(const Word& word) {
    const std::string description = description_of(word);
    spec::Json schema;
    schema.put("pattern", pattern_of(word.figure));
    schema.put("description", description);
    schema.put("defaultSnippets", spec::Json::List{snippet_of(word, description)});
    return schema;
}

}  // namespace

spec::Json statement_schema(const spec::Types& types) {
    spec::Json::List alternatives;
    for (const Word& word : all_words(types)) alternatives.push_back(schema_of(word));
    spec::Json any;
    any.put("type", "string");
    alternatives.push_back(std::move(any));
    spec::Json schema;
    schema.put("type", "string");
    schema.put("anyOf", std::move(alternatives));
    return schema;
}

void add_statements(spec::Json& schema, const spec::Types& types) {
    schema.find("definitions")->put("statement", statement_schema(types));
    spec::Json reference;
    reference.put("$ref", "#/definitions/statement");
    *schema.find("properties")->find("expect")->find("items") = std::move(reference);
}

std::string schema_text() {
    const spec::Types types = models::scenario_types();
    spec::Json schema = spec::json_schema(types);
    add_statements(schema, types);
    return spec::indented_text(schema) + "\n";
}

}  // namespace tools
