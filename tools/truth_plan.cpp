#include "tools/truth_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "models/spec/documents/source_file.h"
#include "models/spec/json/problems.h"
#include "reports/words/terminal.h"
#include "tools/command.h"

namespace tools {

namespace {

namespace spec = models::spec;

std::string words_at(const spec::Json& json, std::string_view name) {
    const spec::Json* const found = json.find(name);
    return found != nullptr && found->text() != nullptr ? *found->text() : std::string();
}

// A share: "0.5%" or 0.005.
double share_at(const spec::Json& json, std::string_view name) {
    const spec::Json* const found = json.find(name);
    if (found == nullptr) return 0;
    if (const auto* const real = std::get_if<double>(&found->content)) return *real;
    if (const auto* const whole = std::get_if<std::uint64_t>(&found->content)) {
        return static_cast<double>(*whole);
    }
    if (found->text() == nullptr) return 0;
    return std::strtod(found->text()->c_str(), nullptr) / 100;
}

TruthExpectation expectation_of(const std::string& column, const spec::Json& json) {
    if (json.text() != nullptr) return {column, *json.text(), column, 0, 0, {}, false, {}};
    const std::string is = words_at(json, "is");
    const spec::Json* const each = json.find("each");
    return {column,
            words_at(json, "figure"),
            is.empty() ? column : is,
            share_at(json, "within"),
            share_at(json, "resolution"),
            words_at(json, "because"),
            each != nullptr && each->boolean() != nullptr && *each->boolean(),
            words_at(json, "of")};
}

std::vector<TruthExpectation> expectations_of(const spec::Json& play) {
    std::vector<TruthExpectation> all;
    const spec::Json* const expect = play.find("expect");
    if (expect == nullptr || expect->object() == nullptr) return all;
    for (const spec::Member& each : *expect->object()) {
        if (each.value.list() == nullptr) {
            all.push_back(expectation_of(each.name, each.value));
            continue;
        }
        for (const spec::Json& one : *each.value.list()) {
            all.push_back(expectation_of(each.name, one));
        }
    }
    return all;
}

TruthPlay play_of(const spec::Json& json, const std::string& folder) {
    const auto at = [&](std::string_view name) {
        const spec::Json* const found = json.find(name);
        return found == nullptr ? spec::Json() : *found;
    };
    TruthPlay play{at("only"),
                   at("unless"),
                   at("let"),
                   at("scenario"),
                   folder,
                   expectations_of(json),
                   words_at(json, "no_model")};
    const spec::Json replications = at("replications");
    if (const auto* const count = std::get_if<std::uint64_t>(&replications.content)) {
        play.replications = std::clamp<std::size_t>(*count, 4, 4096);
    }
    return play;
}

TruthTable table_of(const std::string& pointer, const spec::Json& json, const std::string& folder) {
    TruthTable table{
        pointer, words_at(json, "says"),     words_at(json, "row"),         {},
        {},      words_at(json, "no_model"), words_at(json, "calibration"), words_at(json, "unit")};
    if (const spec::Json* const plays = json.find("play"); plays && plays->list()) {
        for (const spec::Json& each : *plays->list()) table.plays.push_back(play_of(each, folder));
    }
    if (const spec::Json* const without = json.find("without"); without && without->object()) {
        for (const spec::Member& each : *without->object()) {
            table.without.emplace_back(each.name, words_at(*without, each.name));
        }
    }
    return table;
}

// What is wrong with a table's plan; empty when nothing is.
std::string why_no_plan(const TruthTable& table) {
    const int ways = int{!table.plays.empty()} + int{!table.no_model.empty()} +
                     int{!table.calibration.empty()} + int{!table.unit.empty()};
    if (ways != 1) return "has to have one of play, no_model, calibration and unit";
    for (const TruthPlay& play : table.plays) {
        if (!play.no_model.empty()) continue;
        if (play.scenario.object() == nullptr && play.scenario.text() == nullptr)
            return "has to play a scenario";
        if (play.expect.empty()) return "has to expect something";
    }
    return {};
}

// Whether a pointer is one of a pattern, in which * is any member.
bool matches(std::string_view pattern, std::string_view pointer) {
    while (!pattern.empty() && !pointer.empty()) {
        const std::size_t of_pattern = std::min(pattern.find('/', 1), pattern.size());
        const std::size_t of_pointer = std::min(pointer.find('/', 1), pointer.size());
        const std::string_view part = pattern.substr(0, of_pattern);
        if (part != "/*" && part != pointer.substr(0, of_pointer)) return false;
        pattern.remove_prefix(of_pattern);
        pointer.remove_prefix(of_pointer);
    }
    return pattern.empty() && pointer.empty();
}

bool is_list_of_objects(const spec::Json& json) {
    return json.list() != nullptr && !json.list()->empty() &&
           json.list()->front().object() != nullptr;
}

class Finder {
public:
    Finder(const TruthPlan& plan, std::vector<TruthRows>& found) : plan_(plan), found_(found) {}

    void look(const spec::Json& json, const std::string& pointer,
              const std::vector<const spec::Json*>& around) {
        const bool is_known = plan_of(plan_, pointer) != nullptr;
        if (is_known || is_list_of_objects(json)) {
            // Of what has rows within its rows, those are the rows.
            if (is_known || !goes_on_below(pointer)) {
                found_.push_back({pointer, &json, around});
                return;
            }
        }
        std::vector<const spec::Json*> further = {&json};
        further.insert(further.end(), around.begin(), around.end());
        if (const spec::Json::Object* const object = json.object()) {
            for (const spec::Member& each : *object) {
                look(each.value, spec::pointer_to(pointer, each.name), further);
            }
        }
        if (const spec::Json::List* const list = json.list(); list && is_list_of_objects(json)) {
            for (std::size_t i = 0; i < list->size(); ++i) {
                look((*list)[i], spec::pointer_to(pointer, i), further);
            }
        }
    }

private:
    bool goes_on_below(const std::string& pointer) const {
        return std::ranges::any_of(plan_.tables, [&](const TruthTable& each) {
            const std::size_t star = each.pointer.find("/*");
            return star != std::string::npos && each.pointer.substr(0, star) == pointer;
        });
    }

    const TruthPlan& plan_;
    std::vector<TruthRows>& found_;
};

}  // namespace

std::optional<TruthPlan> read_truth_plan(const std::string& path) {
    spec::Problems problems;
    const spec::Json document = spec::read_file(path, problems);
    if (!problems.empty()) {
        fmt::print(stderr, "{}", problems.render());
        return std::nullopt;
    }
    TruthPlan plan;
    const std::string folder = std::filesystem::path(path).parent_path().string();
    const spec::Json* const tables = document.find("tables");
    if (tables != nullptr && tables->object() != nullptr) {
        for (const spec::Member& each : *tables->object()) {
            plan.tables.push_back(table_of(each.name, each.value, folder));
            const std::string wrong = why_no_plan(plan.tables.back());
            if (wrong.empty()) continue;
            complain(fmt::format("{}: the plan of {} {}", reports::printable(path),
                                 reports::printable(each.name), wrong));
            return std::nullopt;
        }
    }
    return plan;
}

std::vector<TruthRows> tables_in(const spec::Json& file, const TruthPlan& plan) {
    std::vector<TruthRows> found;
    Finder(plan, found).look(file, "", {});
    return found;
}

const TruthTable* plan_of(const TruthPlan& plan, const std::string& pointer) {
    const auto found = std::ranges::find_if(
        plan.tables, [&](const TruthTable& each) { return matches(each.pointer, pointer); });
    return found == plan.tables.end() ? nullptr : &*found;
}

}  // namespace tools
