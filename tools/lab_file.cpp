#include "tools/lab_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "models/spec/documents/source_file.h"
#include "models/spec/json/json_text.h"
#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"
#include "tools/vary.h"

namespace tools {

namespace {

namespace spec = models::spec;

bool is_settings(const spec::Json& set) {
    return set.is_null() || set.object() != nullptr;
}

bool is_variants(const LabVariants& variants) {
    const std::set<std::string> different(variants.values.begin(), variants.values.end());
    return !variants.path.empty() && different.size() == variants.values.size() &&
           !different.contains("");
}

bool is_named_variants(const spec::Json& variants) {
    const auto* named = variants.object();
    return named != nullptr && !named->empty() &&
           std::ranges::all_of(*named, [](const spec::Member& each) {
               return !each.name.empty() && each.name.find(']') == std::string::npos &&
                      is_settings(each.value);
           });
}

using Refuse = std::function<void(const std::string& pointer, const std::string& message,
                                  const std::string& hint)>;

// Names of statements and controls are words of a sentence: cheaper_at_60.
bool is_snake_case(std::string_view text) {
    const auto belongs = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
           std::ranges::all_of(text, belongs);
}

template <class Entries>
void check_names(const Entries& named, const std::string& pointer, const Refuse& refuse) {
    for (const auto& each : named) {
        if (is_snake_case(each.first)) continue;
        refuse(spec::pointer_to(pointer, each.first), "expected a name in snake_case",
               "small letters, digits and _: \"cheaper_at_60\"");
    }
}

// Names of all statements that a control can break; one that stands twice is refused.
std::vector<std::string_view> statement_names(const Lab& lab, const Refuse& refuse) {
    std::vector<std::string_view> names;
    const auto add = [&](const auto& named, const std::string& pointer) {
        check_names(named, pointer, refuse);
        for (const auto& each : named) {
            if (std::ranges::find(names, each.first) != names.end()) {
                refuse(spec::pointer_to(pointer, each.first),
                       "there is a statement of that name already", "");
            }
            names.push_back(each.first);
        }
    };
    if (lab.refused) names.push_back(Lab::kRefused);
    add(lab.claim, "/claim");
    add(lab.checks, "/checks");
    add(lab.promql, "/promql");
    add(lab.commands, "/commands");
    return names;
}

void check_controls(const Lab& lab, const Refuse& refuse) {
    const std::vector<std::string_view> names = statement_names(lab, refuse);
    check_names(lab.controls, "/controls", refuse);
    for (const auto& [name, control] : lab.controls) {
        const std::string pointer = spec::pointer_to("/controls", name);
        check_names(control.claim, pointer + "/claim", refuse);
        if (!is_settings(control.set)) {
            refuse(pointer + "/set", "expected paths and their values", "");
        } else if (settings_of(control.set).empty() && control.overlays.empty()) {
            refuse(pointer, "the control changes nothing: it needs \"set\" or \"overlays\"", "");
        }
        for (std::size_t i = 0; i < control.breaks.size(); ++i) {
            const std::string& broken = control.breaks[i];
            if (std::ranges::find(names, broken) != names.end()) continue;
            refuse(spec::pointer_to(pointer + "/breaks", i),
                   fmt::format("there is no statement {}", spec::in_quotes(broken)),
                   spec::did_you_mean(broken, names, "there are:"));
        }
    }
}

void check_variants(const Lab& lab, const Refuse& refuse) {
    if (!lab.vary.empty() && !lab.variants.is_null()) {
        refuse("/variants", "there is a \"vary\" already", "");
    } else if (!lab.vary.empty() && !is_variants(variants_of(lab))) {
        refuse("/vary", "expected PATH=a,b,c, with different values", "");
    }
    if (!lab.variants.is_null() && !is_named_variants(lab.variants)) {
        refuse("/variants", "expected names, and for each its paths and their values", "");
    }
    if (!lab.promql.empty() && !variants_of(lab).is_one()) {
        refuse("/promql", "expected a lab without variants: a statement is about one run", "");
    }
    const std::vector<std::string> variants = variants_of(lab).values;
    for (const auto& [name, each] : lab.commands) {
        if (std::ranges::find(variants, each.variant) != variants.end()) continue;
        refuse(spec::pointer_to("/commands", name) + "/variant",
               fmt::format("there is no variant {}", spec::in_quotes(each.variant)),
               "a command is given one of the lab's variants");
    }
}

// What the declarations cannot say.
void check(LabFile& file) {
    const Lab& lab = file.lab;
    const Refuse refuse = [&](const std::string& pointer, const std::string& message,
                              const std::string& hint) {
        file.problems.add({spec::nearest_place(file.document, pointer), pointer, message, hint});
    };
    if (lab.scenario.text() == nullptr && lab.scenario.object() == nullptr) {
        refuse("/scenario", "expected a file's name, or a scenario", "");
    }
    if (!is_settings(lab.set)) refuse("/set", "expected paths and their values", "");
    for (const auto& [name, each] : lab.checks) {
        if (is_settings(each.set)) continue;
        refuse(spec::pointer_to("/checks", name) + "/set", "expected paths and their values", "");
    }
    check_variants(lab, refuse);
    check_controls(lab, refuse);
    const bool has_claim =
        !lab.claim.empty() || !lab.promql.empty() || !lab.checks.empty() || !lab.commands.empty();
    if (has_claim == lab.refused.has_value()) {
        refuse("",
               "expected either a \"claim\", \"checks\", \"promql\", \"commands\" or \"refused\"",
               "");
    }
}

}  // namespace

std::vector<std::string> settings_of(const spec::Json& set) {
    std::vector<std::string> settings;
    if (const auto* object = set.object()) {
        for (const auto& member : *object) {
            settings.push_back(member.name + "=" + spec::compact_text(member.value));
        }
    }
    return settings;
}

LabVariants variants_of(const Lab& lab) {
    const std::string& vary = lab.vary;
    if (const auto* named = lab.variants.object()) {
        LabVariants variants;
        for (const spec::Member& each : *named) variants.values.push_back(each.name);
        return variants;
    }
    if (vary.empty()) return {"", {""}};
    const std::size_t equals = vary.find('=');
    if (equals == std::string::npos) return {"", {""}};
    return {vary.substr(0, equals), split_values(vary.substr(equals + 1))};
}

LabFile read_lab(const std::filesystem::path& path) {
    LabFile file;
    file.path = path;
    file.document = spec::read_file(path.string(), file.problems);
    if (!file.problems.empty()) return file;
    file.lab = spec::parse<Lab>(file.document, file.problems);
    if (file.problems.empty()) check(file);
    return file;
}

namespace {

void add_settings(models::ScenarioSource& source, const spec::Json& set) {
    const std::vector<std::string> settings = settings_of(set);
    source.sets.insert(source.sets.end(), settings.begin(), settings.end());
}

}  // namespace

models::ScenarioSource source_of(const LabFile& file, const LabCheck& check,
                                 const LabControl* control) {
    models::ScenarioSource source = source_of(file, "", control);
    add_settings(source, check.set);
    return source;
}

models::ScenarioSource source_of(const LabFile& file, const std::string& variant,
                                 const LabControl* control) {
    const Lab& lab = file.lab;
    const std::filesystem::path folder = file.path.parent_path();
    models::ScenarioSource source;
    if (const std::string* name = lab.scenario.text()) {
        source.file = (folder / *name).lexically_normal().string();
    } else {
        source.file = file.path.string() + ", \"scenario\"";
        source.text = spec::indented_text(lab.scenario);
    }
    for (const std::string& overlay : lab.overlays) {
        source.overlays.push_back((folder / overlay).string());
    }
    // The scenario's own numbers of keys and addresses are no part of any claim, unless it says so.
    source.sets.emplace_back("run.scatter=true");
    add_settings(source, lab.set);
    if (const spec::Json* named = lab.variants.find(variant)) {
        add_settings(source, *named);
    } else if (!variant.empty()) {
        source.sets.push_back(variants_of(lab).path + "=" + variant);
    }
    if (control == nullptr) return source;
    for (const std::string& overlay : control->overlays) {
        source.overlays.push_back((folder / overlay).string());
    }
    add_settings(source, control->set);
    return source;
}

}  // namespace tools
